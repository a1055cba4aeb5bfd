/** What the tests of all packages use: plans built in code. */
@NullMarked
package dev.muster.worker;

import org.jspecify.annotations.NullMarked;
