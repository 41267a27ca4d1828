"""What rounded percents allow (`rounding`) and what samples would say (`inference`): numbers in, numbers out."""
