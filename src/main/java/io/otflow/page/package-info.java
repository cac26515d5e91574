/** Pages for a browser that need nothing from elsewhere. */
package io.otflow.page;
