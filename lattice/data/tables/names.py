"""What columns are commonly called: the role that each name stands for, in tables of interactions and of items."""

from lattice.data.tables.dialect import plain_name

# Columns whose values list a user's items: "i1 i2", "i1,i2" or "[i1, i2]".
ITEM_LISTS = (
    *("items", "itemids", "itemlist", "itemidlist", "itemseq", "itemsequence", "itemidsequence", "products"),
    *("productids", "productlist", "movies", "movieids", "articles", "articleids", "asins", "basket", "history"),
)

# Role -> plain names (no case, blanks, `_` or `-`), the best first.
INTERACTION_NAMES: dict[str, tuple[str, ...]] = {
    "user": (
        *(
            "user",
            "userid",
            "uid",
            "reviewerid",
            "customerid",
            "customer",
            "visitorid",
            "visitor",
            "memberid",
            "member",
        ),
        *("accountid", "account", "clientid", "client", "buyerid", "buyer", "shopperid", "shopper", "personid"),
        *("person", "playerid", "player", "readerid", "listenerid", "viewerid", "subscriberid", "msno", "username"),
        *("reviewer", "userhash", "useridx", "usr", "usrid", "cid", "custid", "consumerid", "patientid", "studentid"),
        *("playlistid", "authorid", "profilename", "sessionid", "session", "u"),
    ),
    "item": (
        *("item", "itemid", "iid", "parentasin", "asin", "movieid", "movie", "articleid", "article", "productid"),
        *("product", "sku", "skuid", "isbn", "bookid", "book", "songid", "song", "trackid", "track", "artistid"),
        *("artist", "albumid", "businessid", "venueid", "placeid", "poiid", "gameid", "game", "appid", "videoid"),
        *("video", "newsid", "recipeid", "animeid", "showid", "filmid", "film", "postid", "courseid", "listingid"),
        *("goodsid", "offerid", "photoid", "imageid", "stockcode", "itemidx", "contentid", "documentid", "docid"),
        *("jobid", "eventitemid", "showid", "podcastid", "restaurantid", "hotelid", "propertyid", "hmid", "ean", "upc"),
        *("itemsku", "productcode", "itemcode", "gtin", "pid", "i", *ITEM_LISTS),
    ),
    "rating": (
        *("rating", "overall", "stars", "score", "bookrating", "ratingvalue", "userrating", "reviewscore", "grade"),
        *("reviewrating", "starrating", "ratings", "preference", "vote", "feedback", "liked", "like", "voted"),
    ),
    "timestamp": (
        *("timestamp", "unixreviewtime", "time", "unixtime", "ts", "datetime", "date", "eventtime", "createdat"),
        *("created", "reviewtime", "reviewdate", "dateadded", "purchasedate", "purchasetime", "orderdate", "tdat"),
        *("invoicedate", "visitdate", "viewdate", "ratedat", "at", "when", "day", "orderedat", "boughtat", "clicktime"),
        *("transactiondate", "updatedat", "dateupdated", "orderpurchasetimestamp", "eventtimestamp"),
    ),
    "split": ("split", "xlabel", "subset", "partition"),
}
ITEM_NAMES: dict[str, tuple[str, ...]] = {
    "item": (*INTERACTION_NAMES["item"], "id", "code", "key", "identifier", "uniqid", "index"),
    "title": (
        *("title", "producttitle", "movietitle", "booktitle", "itemtitle", "name", "productname", "prodname"),
        *("itemname", "moviename", "trackname", "songname", "artistname", "appname", "gamename", "headline", "label"),
        *("originaltitle", "productdisplayname", "displayname"),
    ),
    "brand": (
        *("brand", "brandname", "store", "manufacturer", "maker", "bookauthor", "author", "authors", "artist"),
        *("artistname", "publisher", "vendor", "developer", "studio", "seller", "label"),
    ),
    "category": (
        *("categories", "category", "maincategory", "maincat", "genres", "genre", "class", "categoryname"),
        *("producttypename", "producttype", "department", "departmentname", "subcategory", "articletype", "type"),
        *("productgroupname", "tags", "topic", "section"),
    ),
    "description": (
        *("description", "desc", "productdescription", "itemdescription", "overview", "plot", "summary", "about"),
        *("detaildesc", "shortdescription", "longdescription", "abstract", "synopsis", "text", "body", "features"),
    ),
    "image": (
        *("imageurlhighres", "imageurl", "image", "images", "imurl", "imageurll", "imageurlm", "imageurls", "img"),
        *("imgurl", "imageurlmedium", "imageurllarge", "picture", "pictureurl", "pictures", "photo", "photourl"),
        *(
            "photos",
            "poster",
            "posterpath",
            "posterurl",
            "imagepath",
            "imagefile",
            "imagename",
            "filename",
            "imagelink",
        ),
        *(
            "thumbnail",
            "thumbnailurl",
            "thumb",
            "cover",
            "coverurl",
            "coverimage",
            "mainimage",
            "mainimageurl",
            "smallimageurl",
        ),
        *("link", "headerimage", "icon"),
    ),
}
KNOWN = frozenset(name for names in (INTERACTION_NAMES, ITEM_NAMES) for role in names.values() for name in role)
# Names that may as well be values: `u` or `i` alone, or a word of a title, does not show a header.
WEAK = frozenset(
    {"u", "i", "label", "at", "when", "day", "about", "text", "type", "class", "book", "movie", "like", "vote"}
)
WEAK |= {"game", "film", "song", "video", "time", "date", "created", "person", "player", "member", "client", "product"}
WEAK |= {"section", "topic", "tags", "icon", "cover", "thumb", "link", "key", "code", "index", "body", "plot", "artist"}


def is_known(name: str) -> bool:
    """Say whether a value names a column, as no value of a row would."""
    plain = plain_name(name)
    return plain in KNOWN - WEAK
