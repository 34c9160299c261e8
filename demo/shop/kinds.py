"""The 70 product types: the department of each, and what it is bought together with."""

from dataclasses import dataclass

from demo.shop.cuts import CUTS, Cut

DEPARTMENTS = {
    "CL": "Clothing, Shoes and Jewelry",
    "SP": "Sports and Outdoors",
    "BA": "Baby",
}


@dataclass(frozen=True)
class Kind:
    """A product type. `kits` name the occasions on which it is bought together with others."""

    name: str
    department: str
    shelf: str
    kits: tuple[str, ...]
    standing: bool = False
    weight: float = 1.0

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """Return the ways in which it is made."""
        return CUTS[self.name]


def _kind(name: str, shelf: str, kits: str, weight: float = 1.0) -> Kind:
    department, standing = shelf[:2], shelf[2] == "^"
    return Kind(name, department, shelf[3:], tuple(kits.split()), standing, weight)


# "CL:" is laid flat, "CL^" stands on the floor. The ten types of clothes that people also photograph come most often.
KINDS = (
    _kind("dress", "CL:Women > Dresses", "party summer", 2.4),
    _kind("hat", "CL:Accessories > Hats", "summer winter", 2.4),
    _kind("long-sleeve shirt", "CL:{} > Tops > Long Sleeves", "casual winter", 2.4),
    _kind("outerwear", "CL:{} > Coats and Jackets", "winter city trail", 2.4),
    _kind("trousers", "CL:{} > Trousers", "casual office", 2.4),
    _kind("shirt", "CL:{} > Tops > Shirts", "office summer", 2.4),
    _kind("shoes", "CL^Shoes > Everyday Shoes", "casual office running", 2.4),
    _kind("shorts", "CL:{} > Shorts", "summer running", 2.4),
    _kind("skirt", "CL:Women > Skirts", "office summer", 2.4),
    _kind("t-shirt", "CL:{} > Tops > T-Shirts", "casual summer running", 2.4),
    _kind("socks", "CL:Accessories > Socks", "casual running"),
    _kind("scarf", "CL:Accessories > Scarves", "winter"),
    _kind("tie", "CL:Men > Ties", "office party", 0.8),
    _kind("belt", "CL:Accessories > Belts", "office casual", 0.8),
    _kind("boots", "CL^Shoes > Boots", "winter trail"),
    _kind("sandals", "CL:Shoes > Sandals", "summer"),
    _kind("handbag", "CL:Bags > Handbags", "office party", 1.2),
    _kind("wallet", "CL:Bags > Wallets", "office city", 0.8),
    _kind("necklace", "CL:Jewelry > Necklaces", "party jewels"),
    _kind("earrings", "CL:Jewelry > Earrings", "party jewels"),
    _kind("ring", "CL:Jewelry > Rings", "jewels"),
    _kind("watch", "CL:Jewelry > Watches", "office jewels"),
    _kind("sunglasses", "CL:Accessories > Sunglasses", "summer city"),
    _kind("tent", "SP^Camping > Tents", "camp"),
    _kind("sleeping bag", "SP:Camping > Sleeping Bags", "camp"),
    _kind("backpack", "SP^Camping > Backpacks", "camp trail city", 1.3),
    _kind("water bottle", "SP^Accessories > Water Bottles", "trail gym running", 1.2),
    _kind("camping chair", "SP^Camping > Furniture", "camp"),
    _kind("lantern", "SP^Camping > Lighting", "camp", 0.8),
    _kind("cooler", "SP^Camping > Coolers", "camp water", 0.8),
    _kind("binoculars", "SP^Optics > Binoculars", "trail", 0.8),
    _kind("basketball", "SP^Team Sports > Basketball", "team", 0.8),
    _kind("football", "SP^Team Sports > Football", "team", 0.8),
    _kind("bicycle", "SP^Cycling > Bicycles", "cycle", 1.1),
    _kind("bicycle helmet", "SP:Cycling > Helmets", "cycle skate"),
    _kind("yoga mat", "SP:Fitness > Yoga", "gym", 1.1),
    _kind("dumbbells", "SP:Fitness > Weights", "gym", 0.8),
    _kind("kettlebell", "SP^Fitness > Weights", "gym", 0.8),
    _kind("tennis racket", "SP:Racket Sports > Tennis", "team", 0.8),
    _kind("skateboard", "SP:Wheels > Skateboards", "skate"),
    _kind("surfboard", "SP:Water Sports > Surfing", "water"),
    _kind("kayak", "SP^Water Sports > Kayaks", "water trail", 0.8),
    _kind("boxing gloves", "SP:Fitness > Boxing", "gym", 0.8),
    _kind("swim goggles", "SP:Water Sports > Swimming", "water", 0.8),
    _kind("jump rope", "SP:Fitness > Cardio", "gym", 0.8),
    _kind("stroller", "BA^Travel > Strollers", "outing", 1.2),
    _kind("car seat", "BA^Travel > Car Seats", "outing"),
    _kind("high chair", "BA^Feeding > High Chairs", "meal", 0.8),
    _kind("crib", "BA^Nursery > Cribs", "sleep", 0.8),
    _kind("crib mobile", "BA:Nursery > Decor", "sleep play", 0.8),
    _kind("baby bathtub", "BA^Bath > Bathtubs", "bath", 0.8),
    _kind("rubber duck", "BA^Bath > Bath Toys", "bath play", 0.8),
    _kind("baby bottle", "BA^Feeding > Bottles", "meal newborn"),
    _kind("sippy cup", "BA^Feeding > Cups", "meal", 0.8),
    _kind("pacifier", "BA:Feeding > Pacifiers", "newborn sleep"),
    _kind("bib", "BA:Feeding > Bibs", "meal"),
    _kind("bodysuit", "BA:Clothing > Bodysuits", "newborn", 1.4),
    _kind("baby blanket", "BA:Nursery > Bedding", "sleep newborn"),
    _kind("baby monitor", "BA^Safety > Monitors", "sleep", 0.7),
    _kind("baby carrier", "BA:Travel > Carriers", "outing newborn"),
    _kind("baby booties", "BA^Clothing > Booties", "newborn"),
    _kind("teddy bear", "BA^Toys > Plush", "play sleep", 1.2),
    _kind("plush bunny", "BA^Toys > Plush", "play sleep"),
    _kind("stacking rings", "BA^Toys > Stacking", "play"),
    _kind("toy blocks", "BA^Toys > Building", "play"),
    _kind("rattle", "BA:Toys > Rattles", "play newborn"),
    _kind("rocking horse", "BA^Toys > Ride-On", "play", 0.7),
    _kind("toy train", "BA^Toys > Vehicles", "play", 0.9),
    _kind("play gym", "BA^Toys > Activity", "play newborn", 0.8),
    _kind("night light", "BA^Nursery > Lighting", "sleep", 0.8),
)
