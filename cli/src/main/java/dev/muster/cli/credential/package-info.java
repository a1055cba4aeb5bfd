/**
 * Where the credentials of the one who types commands lie. Begin with {@link
 * dev.muster.cli.credential.CredentialFolder}.
 */
@NullMarked
package dev.muster.cli.credential;

import org.jspecify.annotations.NullMarked;
