"""An embedded AWS on loopback in which lambdaform programs run offline."""
