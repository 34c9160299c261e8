"""How the shipped image encoder was trained: pictures, augmentation, teacher, losses and the training loop."""
