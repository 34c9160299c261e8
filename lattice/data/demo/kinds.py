"""The 70 product types: where each stands in the shop, how it is drawn, and what it is bought together with."""

from dataclasses import dataclass

from lattice.data.demo.render import Draw
from lattice.data.demo.shapes import (
    bags,
    bottoms,
    camp,
    courts,
    feeding,
    feet,
    fitness,
    headwear,
    jewellery,
    nursery,
    outing,
    tops,
    toys,
    water,
    wheels,
)

DEPARTMENTS = {
    "CL": "Clothing, Shoes and Jewelry",
    "SP": "Sports and Outdoors",
    "BA": "Baby",
}

# What a finish can take: cloth takes prints, hide takes grain, shells take a few bold patterns, gear takes none.
FINISHES = {
    "cloth": ("breton", "pinstripe", "checks", "stripes", "zigzag", "camo", "floral", "dots", "gingham", "stars"),
    "hide": ("dots", "checks", "floral"),
    "shell": ("stripes", "zigzag", "dots", "camo", "stars", "floral", "checks"),
    "gear": (),
}


@dataclass(frozen=True)
class Kind:
    """A product type. `kits` name the occasions on which it is bought together with others."""

    name: str
    department: str
    shelf: str
    draw: Draw
    finish: str
    kits: tuple[str, ...]
    standing: bool = False
    textures: tuple[str, ...] = ()
    weight: float = 1.0


def _kind(name: str, shelf: str, draw: Draw, finish: str, kits: str, textures: str = "", weight: float = 1.0) -> Kind:
    department, standing = shelf[:2], shelf[2] == "^"
    return Kind(
        name, department, shelf[3:], draw, finish, tuple(kits.split()), standing, tuple(textures.split()), weight
    )


# "CL:" lies flat, "CL^" stands on the floor.
KINDS = (
    _kind("dress", "CL:Women > Dresses", tops.dress, "cloth", "party summer", "knit", 2),
    _kind("hat", "CL:Accessories > Hats", headwear.hat, "cloth", "summer winter", "knit", 1.7),
    _kind(
        "long-sleeve shirt", "CL:{} > Tops > Long Sleeves", tops.long_sleeve, "cloth", "casual winter", "knit knit", 1.8
    ),
    _kind("outerwear", "CL:{} > Coats and Jackets", tops.outerwear, "cloth", "winter city trail", "denim", 1.8),
    _kind("trousers", "CL:{} > Trousers", bottoms.trousers, "cloth", "casual office", "denim denim", 1.8),
    _kind("shirt", "CL:{} > Tops > Shirts", tops.shirt, "cloth", "office summer", "denim", 1.8),
    _kind("shoes", "CL^Shoes > Everyday Shoes", feet.shoes, "hide", "casual office running", "leather", 2),
    _kind("shorts", "CL:{} > Shorts", bottoms.shorts, "cloth", "summer running", "denim", 1.7),
    _kind("skirt", "CL:Women > Skirts", bottoms.skirt, "cloth", "office summer", "denim knit", 1.7),
    _kind("t-shirt", "CL:{} > Tops > T-Shirts", tops.tshirt, "cloth", "casual summer running", "", 2),
    _kind("socks", "CL:Accessories > Socks", bottoms.socks, "cloth", "casual running", "knit"),
    _kind("scarf", "CL:Accessories > Scarves", bottoms.scarf, "cloth", "winter", "knit knit"),
    _kind("tie", "CL:Men > Ties", bottoms.tie, "cloth", "office party", "knit", 0.8),
    _kind("belt", "CL:Accessories > Belts", bottoms.belt, "gear", "office casual", "leather leather", 0.8),
    _kind("boots", "CL^Shoes > Boots", feet.boots, "hide", "winter trail", "leather leather"),
    _kind("sandals", "CL:Shoes > Sandals", feet.sandals, "cloth", "summer", ""),
    _kind("handbag", "CL:Bags > Handbags", bags.handbag, "hide", "office party", "leather leather", 1.2),
    _kind("wallet", "CL:Bags > Wallets", bags.wallet, "hide", "office city", "leather leather", 0.8),
    _kind("necklace", "CL:Jewelry > Necklaces", jewellery.necklace, "gear", "party jewels"),
    _kind("earrings", "CL:Jewelry > Earrings", jewellery.earrings, "gear", "party jewels"),
    _kind("ring", "CL:Jewelry > Rings", jewellery.ring, "gear", "jewels"),
    _kind("watch", "CL:Jewelry > Watches", jewellery.watch, "hide", "office jewels", "leather"),
    _kind("sunglasses", "CL:Accessories > Sunglasses", headwear.sunglasses, "gear", "summer city"),
    _kind("tent", "SP^Camping > Tents", camp.tent, "shell", "camp"),
    _kind("sleeping bag", "SP:Camping > Sleeping Bags", camp.sleeping_bag, "shell", "camp"),
    _kind("backpack", "SP^Camping > Backpacks", camp.backpack, "shell", "camp trail city", "leather", 1.3),
    _kind("water bottle", "SP^Accessories > Water Bottles", camp.water_bottle, "shell", "trail gym running", "", 1.2),
    _kind("camping chair", "SP^Camping > Furniture", camp.camping_chair, "cloth", "camp"),
    _kind("lantern", "SP^Camping > Lighting", camp.lantern, "gear", "camp", "", 0.8),
    _kind("cooler", "SP^Camping > Coolers", camp.cooler, "gear", "camp water", "", 0.8),
    _kind("binoculars", "SP^Optics > Binoculars", camp.binoculars, "gear", "trail", "", 0.8),
    _kind("basketball", "SP^Team Sports > Basketball", courts.basketball, "gear", "team", "", 0.8),
    _kind("football", "SP^Team Sports > Football", courts.football, "gear", "team", "", 0.8),
    _kind("bicycle", "SP^Cycling > Bicycles", wheels.bicycle, "gear", "cycle", "", 1.1),
    _kind("bicycle helmet", "SP:Cycling > Helmets", wheels.bicycle_helmet, "shell", "cycle skate"),
    _kind("yoga mat", "SP:Fitness > Yoga", fitness.yoga_mat, "cloth", "gym", "", 1.1),
    _kind("dumbbells", "SP:Fitness > Weights", fitness.dumbbell, "gear", "gym", "", 0.8),
    _kind("kettlebell", "SP^Fitness > Weights", fitness.kettlebell, "gear", "gym", "", 0.8),
    _kind("tennis racket", "SP:Racket Sports > Tennis", courts.tennis_racket, "gear", "team", "", 0.8),
    _kind("skateboard", "SP:Wheels > Skateboards", wheels.skateboard, "shell", "skate"),
    _kind("surfboard", "SP:Water Sports > Surfing", water.surfboard, "shell", "water"),
    _kind("kayak", "SP^Water Sports > Kayaks", water.kayak, "shell", "water trail", "", 0.8),
    _kind("boxing gloves", "SP:Fitness > Boxing", fitness.boxing_gloves, "gear", "gym", "", 0.8),
    _kind("swim goggles", "SP:Water Sports > Swimming", water.swim_goggles, "gear", "water", "", 0.8),
    _kind("jump rope", "SP:Fitness > Cardio", fitness.jump_rope, "gear", "gym", "", 0.8),
    _kind("stroller", "BA^Travel > Strollers", outing.stroller, "cloth", "outing", "", 1.2),
    _kind("car seat", "BA^Travel > Car Seats", outing.car_seat, "cloth", "outing"),
    _kind("high chair", "BA^Feeding > High Chairs", feeding.high_chair, "cloth", "meal", "", 0.8),
    _kind("crib", "BA^Nursery > Cribs", nursery.crib, "cloth", "sleep", "", 0.8),
    _kind("crib mobile", "BA:Nursery > Decor", nursery.crib_mobile, "gear", "sleep play", "", 0.8),
    _kind("baby bathtub", "BA^Bath > Bathtubs", nursery.bathtub, "shell", "bath", "", 0.8),
    _kind("rubber duck", "BA^Bath > Bath Toys", nursery.rubber_duck, "gear", "bath play", "", 0.8),
    _kind("baby bottle", "BA^Feeding > Bottles", feeding.baby_bottle, "gear", "meal newborn"),
    _kind("sippy cup", "BA^Feeding > Cups", feeding.sippy_cup, "shell", "meal", "", 0.8),
    _kind("pacifier", "BA:Feeding > Pacifiers", feeding.pacifier, "shell", "newborn sleep"),
    _kind("bib", "BA:Feeding > Bibs", feeding.bib, "cloth", "meal", ""),
    _kind("bodysuit", "BA:Clothing > Bodysuits", nursery.bodysuit, "cloth", "newborn", "knit", 1.4),
    _kind("baby blanket", "BA:Nursery > Bedding", nursery.blanket, "cloth", "sleep newborn", "knit"),
    _kind("baby monitor", "BA^Safety > Monitors", nursery.monitor, "gear", "sleep", "", 0.7),
    _kind("baby carrier", "BA:Travel > Carriers", outing.carrier, "cloth", "outing newborn"),
    _kind("baby booties", "BA^Clothing > Booties", feet.booties, "cloth", "newborn", "knit knit"),
    _kind("teddy bear", "BA^Toys > Plush", toys.teddy_bear, "cloth", "play sleep", "knit", 1.2),
    _kind("plush bunny", "BA^Toys > Plush", toys.plush_bunny, "cloth", "play sleep", "knit"),
    _kind("stacking rings", "BA^Toys > Stacking", toys.stacking_rings, "gear", "play"),
    _kind("toy blocks", "BA^Toys > Building", toys.toy_blocks, "gear", "play"),
    _kind("rattle", "BA:Toys > Rattles", toys.rattle, "shell", "play newborn"),
    _kind("rocking horse", "BA^Toys > Ride-On", toys.rocking_horse, "cloth", "play", "", 0.7),
    _kind("toy train", "BA^Toys > Vehicles", toys.toy_train, "gear", "play", "", 0.9),
    _kind("play gym", "BA^Toys > Activity", toys.play_gym, "cloth", "play newborn", "", 0.8),
    _kind("night light", "BA^Nursery > Lighting", toys.night_light, "gear", "sleep", "", 0.8),
)
