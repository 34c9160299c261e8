"""A tiny CLIP, made on the spot: what a hub would give, in the same files."""

import json
from pathlib import Path

import torch


def tiny_clip(folder: Path, seed: int = 0) -> str:
    """Write a CLIP too small to know anything under `folder`; the path that sentence-transformers loads."""
    from sentence_transformers import SentenceTransformer
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, CLIPTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    letters = [chr(code) for code in range(97, 123)]
    tokens = letters + [f"{letter}</w>" for letter in letters] + ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: row for row, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    marks = {"bos_token_id": len(tokens) - 2, "eos_token_id": len(tokens) - 1, "pad_token_id": 0}
    config = CLIPConfig(
        text_config={**sizes, **marks, "vocab_size": len(tokens), "max_position_embeddings": 77},
        vision_config={**sizes, "image_size": 32, "patch_size": 16},
        projection_dim=8,
    )
    torch.manual_seed(seed)
    plain, whole = folder / "plain", folder / "whole"
    CLIPModel(config).save_pretrained(plain)
    crop = {"height": 32, "width": 32}
    CLIPProcessor(CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=crop), tokenizer).save_pretrained(plain)
    SentenceTransformer(str(plain), device="cpu").save(str(whole))
    return str(whole)
