@NullMarked
package dev.muster.worker.http;

import org.jspecify.annotations.NullMarked;
