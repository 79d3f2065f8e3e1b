"""What the program promises, each as a function from a season's evidence to what broke it."""
