/** What is put onto a machine that is to become a worker. Imports nothing of ours. */
@NullMarked
package dev.muster.deploy.archive;

import org.jspecify.annotations.NullMarked;
