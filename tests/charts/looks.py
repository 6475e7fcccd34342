"""Reading a drawn figure: what text it shows, and where."""

from __future__ import annotations

from matplotlib.text import Text


def shown_texts(figure):
    """The texts a reader sees, with their boxes, after layout."""
    figure.draw_without_rendering()
    hidden = {id(text) for ax in figure.axes for text in hidden_names(ax)}
    for text in figure.findobj(Text):
        if text.get_text().strip() and text.get_visible() and id(text) not in hidden:
            yield text, text.get_window_extent()


def hidden_names(ax):
    """The names of ticks that matplotlib keeps but does not draw."""
    for axis, across in ((ax.xaxis, 0), (ax.yaxis, 1)):
        low, high = sorted(axis.get_view_interval())
        for text in [*axis.get_majorticklabels(), *axis.get_minorticklabels()]:
            if not ax.axison or not low <= text.get_position()[across] <= high:
                yield text


def spoken(figure, gid):
    """The text of the title, caption or note, on one line."""
    (found,) = (t for t in figure.findobj(Text) if t.get_gid() == gid)
    return " ".join(found.get_text().split())


def labelled(artists, label):
    return [artist for artist in artists if artist.get_label() == label]
