"""Programs that make the bundled data sets; the library and the app do not depend on them."""
