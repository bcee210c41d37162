"""Street names: each era and quarter names its streets after its own things."""

import itertools
from collections.abc import Sequence

import numpy as np

from scripts.borough.network import Line

NAMED = frozenset({"residential", "unclassified", "tertiary", "secondary", "primary", "living_street", "pedestrian"})

VICTORIAN = (
    "Alma Inkerman Balaclava Raglan Cardigan Sebastopol Palmerston Gladstone Disraeli Salisbury Russell Melbourne Peel Cobden Bright "
    "Albert Victoria Alexandra Alfred Arthur Clarence Leopold Beatrice Louise Edward George William Henry Charles Frederick Ernest "
    "Wellington Waterloo Nelson Trafalgar Collingwood Rodney Cromwell Hampden Milton Byron Shelley Tennyson Ruskin Carlyle Dickens "
    "Stanley Livingstone Gordon Napier Havelock Lucknow Clyde Mafeking Ladysmith Kimberley Pretoria Wolseley Roberts Kitchener Baden "
    "Hartington Granville Derby Cavendish Devonshire Portland Rutland Norfolk Bedford Grosvenor Belgrave Eaton Sutherland Argyle "
    "Mill Foundry Chapel School Union Providence Temperance Hope Prospect Bright Cross Spring Garden Orchard Vine Rose Myrtle Ivy Laurel "
    "Exchange Wharf Canal Tanner Cooper Glazier Weaver Loom Shuttle Bobbin Cotton Wool Rope Anchor Capstan Schooner Trinity Herring Codling"
).split()
INTERWAR = (
    "Windsor Sandringham Balmoral Osborne Buckingham Kensington Hampton Richmond Woodstock Blenheim Chatsworth Haddon Hardwick Belvoir "
    "Arundel Warwick Kenilworth Ludlow Tintern Fountains Rievaulx Bolton Whitby Lindisfarne Beaufort Somerset Gloucester Lancaster York "
    "Beverley Ripon Selby Malvern Cotswold Mendip Quantock Chiltern Pennine Cheviot Lakeside Broadway Parkside Woodside Hillcrest Ridgeway "
    "Beechwood Oakwood Elmwood Ashwood Thornwood Brackenwood Fernwood Hazelwood Cherrywood Sunnybank Fairview Fairfield Meadowfield "
    "Northfield Southfield Eastfield Westfield Springfield Greenfield Moorland Heathfield Brookfield Parkfield Hawthorn Laburnum Lilac "
    "Chestnut Sycamore Poplar Maple Linden Acacia Rowan Birch Cedar Cypress Holly Jubilee Coronation Margaret Elizabeth Marina Princess"
).split()
THEMES: tuple[tuple[str, ...], ...] = tuple(
    tuple(words.split())
    for words in """
Heron Kingfisher Curlew Plover Lapwing Sandpiper Teal Wigeon Mallard Swift Swallow Martin Linnet Goldfinch Wren Siskin Redwing Fieldfare Osprey Kestrel Merlin Harrier Avocet Dunlin Turnstone Gannet Fulmar Puffin Guillemot Tern Kittiwake Petrel Skylark Nightingale
Windermere Coniston Ullswater Derwent Buttermere Ennerdale Thirlmere Grasmere Rydal Wastwater Crummock Haweswater Loweswater Esthwaite Patterdale Borrowdale Langdale Eskdale Kentmere Troutbeck Keswick Ambleside Hawkshead Bowness Grizedale Duddon Ulpha Seathwaite
Bluebell Primrose Foxglove Campion Celandine Cowslip Harebell Speedwell Teasel Yarrow Tansy Sorrel Clover Meadowsweet Honeysuckle Bramble Bracken Fern Heather Gorse Broom Juniper Saffron Marjoram Lavender Rosemary Bergamot Comfrey Betony Burdock Larkspur Lupin
Barley Harvest Wheatfield Ploughman Threshers Reapers Gleaners Haywain Stackyard Granary Furrow Headland Corncrake Millstone Oatfield Sheaf Stook Drovers Shepherds Tithe Dovecote Paddock Orchard Croft Garth Toft Longacre Hayfield Meadow Pasture Farrier Saddlers
Dogger Fisher Viking Forties Cromarty Tyne Humber Thames Wight Portland Plymouth Lundy Fastnet Shannon Rockall Malin Hebrides Bailey Fairisle Faeroes Utsire Forth Trawler Keel Mainsail Spinnaker Halyard Bowline Compass Sextant Lantern Beacon Buoy Harbour Mooring
Elgar Britten Holst Purcell Delius Walton Tallis Byrd Parry Stanford Arne Bax Finzi Ireland Bridge Bliss Tippett Dowland Gibbons Morley
Hardy Eliot Trollope Thackeray Bronte Gaskell Austen Fielding Defoe Sterne Smollett Burney Edgeworth Peacock Meredith Gissing Bennett Galsworthy Forster Conrad Kipling Housman Masefield Bridges Hopkins Patmore Clare Crabbe Cowper Collins Gray Goldsmith Herrick Marvell
""".strip().split("\n")
)
POST_WAR = (
    "Attlee Bevan Bevin Cripps Dalton Morrison Lansbury Hardie Webb Beveridge Wheatley Addison Bondfield Wilkinson Lawson Tillett Mann "
    "Harvey Jenner Lister Fleming Simpson Nuffield Barlow Abercrombie Festival Skylon Everest Hillary Tensing Hunt Bannister Comet Viscount "
    "Faraday Newton Rutherford Kelvin Dalton Stephenson Brunel Telford Brindley Arkwright Watt Crompton Hargreaves Davy Cavendish Priestley"
).split()
VILLAGE = (
    "Church Chapel Manor Hall Rectory Vicarage Glebe Pinfold Pound Green Well Pump Smithy Forge Mill Back Front Main Town Brook Beck Bridge "
    "Ford Hollow Dale Bank Hill Moor Common Carr Ings Marsh Sand Clay Stone Quarry Lime Kiln Windmill Gallows Cross Maypole Butts Park Warren "
    "Coney Hare Fox Badger Hagg Spinney Copse Wood Oak Elm Thorn Sloe Nettle Dyke Dike Drain Sluice Lady Friars Monks Abbey Grange Farm"
).split()
OLD = (
    "Market High Corn Butter Sheep Swine Fish Fleshers Cheap Silver Goldsmith Tanner Fuller Dyer Walker Cutler Saddler Bakers Coopers Salter "
    "Friar Monk Nun Priory Abbey Minster Kirk Castle Bailey Guild Staple Wool Hay Beast Horse Bull Lamb Angel Swan Bell Crown Mitre George "
    "Pudding Whip Grape Finkle Hungate Stonegate Micklegate Baxtergate Ratten Soutergate Kirkgate Briggate Castlegate"
).split()

SUFFIXES: dict[str, tuple[str, ...]] = {
    "terraces": ("Street", "Street", "Street", "Road", "Terrace", "Grove", "Place", "Avenue"),
    "crescents": ("Avenue", "Drive", "Road", "Grove", "Gardens"),
    "avenues": ("Avenue", "Avenue", "Road", "Drive", "Grove"),
    "post_war": ("Road", "Way", "Walk", "Place", "Drive", "Green"),
    "estate": ("Drive", "Way", "Road", "Rise", "Avenue"),
    "village": ("Lane", "Lane", "Street", "Road", "Hill"),
    "rural": ("Lane", "Lane", "Lane", "Road", "Hill", "Bank"),
    "old_town": ("Street", "Gate", "Lane", "Row", "Yard", "Hill"),
    "industrial": ("Way", "Road", "Park", "Works"),
}
CLOSED = ("Close", "Close", "Court", "Croft", "Mews", "Garth", "Place", "Fold")


def _is_arc(points: Sequence[tuple[float, float]]) -> bool:
    along = sum(float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in itertools.pairwise(points))
    chord = float(np.hypot(points[-1][0] - points[0][0], points[-1][1] - points[0][1]))
    return chord < 0.87 * along


def name_streets(
    lines: list[Line], quarters: list[str], faces_of_connectors: list[str], rng: np.random.Generator
) -> None:
    """Give every street a name no other street of the borough has.

    Parameters
    ----------
    lines
        Map lines; `name` is added to the tags of the nameable ones, alike within a group.
    quarters
        Character of each superblock, by its number.
    faces_of_connectors
        Character of the town around each line, used for roads between superblocks.
    rng
        Source of every choice.
    """
    ends: dict[tuple[float, float], int] = {}
    for line in lines:
        for p in line.points:
            ends[p] = ends.get(p, 0) + 1
    taken = {line.tags["name"] for line in lines if "name" in line.tags}
    by_group: dict[int, str] = {}
    theme_of: dict[int, tuple[str, ...]] = {}
    for line, around in zip(lines, faces_of_connectors, strict=True):
        if line.kind not in NAMED or "name" in line.tags:
            continue
        if line.group not in by_group:
            quarter = quarters[line.block] if line.block >= 0 else around
            closed = 1 in (ends[line.points[0]], ends[line.points[-1]])
            by_group[line.group] = _fresh(line, quarter, closed, theme_of, taken, rng)
        line.tags["name"] = by_group[line.group]


def _fresh(
    line: Line,
    quarter: str,
    closed: bool,
    theme_of: dict[int, tuple[str, ...]],
    taken: set[str],
    rng: np.random.Generator,
) -> str:
    stems: Sequence[str]
    if quarter == "estate":
        stems = theme_of.setdefault(line.block, THEMES[int(rng.integers(len(THEMES)))])
    else:
        stems = {"terraces": VICTORIAN, "post_war": POST_WAR, "village": VILLAGE, "rural": VILLAGE, "old_town": OLD,
                 "industrial": VICTORIAN}.get(quarter, INTERWAR)  # fmt: skip
    endings = SUFFIXES.get(quarter, SUFFIXES["avenues"])
    if closed and quarter not in ("terraces", "rural", "old_town", "industrial"):
        endings = CLOSED
    elif quarter == "crescents" and _is_arc(line.points):
        endings = ("Crescent", "Crescent", "Circle", "Crescent", "Drive")
    for attempt in range(400):
        stem = stems[int(rng.integers(len(stems)))]
        if attempt > 60:
            stem = ("North ", "South ", "East ", "West ", "Upper ", "Lower ", "Old ", "Great ", "Little ")[
                int(rng.integers(9))
            ] + stem
        if attempt > 200:
            stem = stem + " " + INTERWAR[int(rng.integers(len(INTERWAR)))]
        name = f"{stem} {endings[int(rng.integers(len(endings)))]}"
        if name not in taken:
            taken.add(name)
            return name
    raise AssertionError("more streets than names: add stems to scripts/borough/names.py")
