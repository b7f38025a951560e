# SPDX-License-Identifier: Apache-2.0
"""When every engine of the chip works: the whole inference, and the pipeline close up."""
from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from scripts.plots import style
from scripts.plots.material import Material
from scripts.plots.trace import Slice, Trace

CONTROLLER = "controller"
TRACK_COLOURS = {
    "input packet": style.GREY, "seeder": style.ORANGE, "input encoder": style.GREY,
    "EMBED": style.SKY, "PROJ": style.GREEN, "FF1": style.GREEN, "FF2": style.GREEN,
    "Q": style.BLUE, "K": style.BLUE, "V": style.BLUE, "HEAD": style.PURPLE,
    "SSA scores (Q, K)": style.VERMILION, "SSA outputs (S, V)": style.VERMILION,
    "result packet": style.GREY,
}
PHASE_COLOURS = {"AIMC": "#E3EDF7", "SSA": "#FCE8DD"}
OTHER_PHASE = "#EEF0F3"
HALF = 0.37  # of a bar's height
LEFT, WIDTH = 0.125, 0.86
SMALLEST_LABELLED = 0.05  # share of a view
BOXES = 12  # token-steps of the view of the pipeline


def draw_phases(axes: Axes, trace: Trace) -> None:
    """A band of every phase behind the tracks."""
    for phase in trace.of(CONTROLLER, 1):
        axes.axvspan(phase.begin, phase.end, linewidth=0, zorder=0,
                     color=PHASE_COLOURS.get(phase.name.split()[0], OTHER_PHASE))


def arrange(axes: Axes, tracks: list[str], begin: int, end: int) -> None:
    axes.set_yticks(range(len(tracks)), tracks)
    axes.set_ylim(len(tracks) - 0.4, -0.6)
    axes.set_xlim(begin, end)
    axes.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def draw_whole(axes: Axes, trace: Trace) -> None:
    """Busy stretches of every track, phases named above."""
    cycles, clock = trace.about["cycles"], trace.about["clock_mhz"]
    tracks = [track for track in trace.tracks if track != CONTROLLER]
    draw_phases(axes, trace)
    for row, track in enumerate(tracks):
        axes.broken_barh([(s.begin, s.end - s.begin) for s in trace.of(track, 0)],
                         (row - HALF, 2 * HALF), color=TRACK_COLOURS[track], linewidth=0)
    arrange(axes, tracks, 0, cycles)
    for phase in trace.of(CONTROLLER, 1):
        if phase.end - phase.begin > 0.02 * cycles:
            axes.annotate(f"{phase.name}\n{phase.end - phase.begin}",
                          ((phase.begin + phase.end) / 2, -0.62), ha="center", va="bottom",
                          fontsize=9, annotation_clip=False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda c, _: f"{c:.0f}\n{c / clock:g} µs"))
    axes.set_xlabel(f"clock cycle, and time at {clock} MHz")


def box_text(box: Slice) -> str:
    step = box.args["step"]
    return f"{box.args['token']}.{step}" if "token" in box.args else f"{step}"


def draw_window(axes: Axes, trace: Trace, begin: int, end: int, title: str) -> None:
    """The tracks that work in [begin, end), one box per token-step or time step."""

    def boxes_of(track: str) -> list[Slice]:
        parts = trace.of(track, 1) or trace.of(track, 0)
        return [s for s in parts if s.begin < end and s.end > begin]

    tracks = [track for track in trace.tracks if track != CONTROLLER and boxes_of(track)]
    draw_phases(axes, trace)
    for row, track in enumerate(tracks):
        for number, box in enumerate(boxes_of(track)):
            # Neighbours in two shades, so that they can be told apart.
            axes.broken_barh([(box.begin, box.end - box.begin)], (row - HALF, 2 * HALF),
                             color=TRACK_COLOURS[track], alpha=0.72 if number % 2 else 1.0,
                             linewidth=0)
            shown = min(box.end, end) - max(box.begin, begin)
            if "step" in box.args and shown > SMALLEST_LABELLED * (end - begin):
                axes.annotate(box_text(box), (max(box.begin, begin) + shown / 2, row),
                              ha="center", va="center", color="white", fontsize=8.5, fontweight="bold")
    arrange(axes, tracks, begin, end)
    axes.set_xlabel("clock cycle")
    axes.set_title(title, loc="left", fontsize=10.5)


def draw(material: Material) -> Figure:
    trace = material.trace
    figure = Figure(figsize=(12.2, 7.5))
    draw_whole(figure.add_axes((LEFT, 0.475, WIDTH, 0.395)), trace)
    ssa = next(s for s in trace.of(CONTROLLER, 1) if s.name == "SSA 0")
    box = trace.of("Q", 1)[0]
    slot = box.end - box.begin
    draw_window(figure.add_axes((LEFT, 0.065, 0.46, 0.27)), trace, ssa.end - slot,
                ssa.end + BOXES * slot,
                "The AIMC pipeline fills; token.step in every box")
    margin = (ssa.end - ssa.begin) // 25
    draw_window(figure.add_axes((0.715, 0.065, 0.27, 0.27)), trace, ssa.begin - margin,
                ssa.end + margin, "Attention; time step in every box")
    style.heading(
        figure, f"What every engine does for one image ({material.name}, configuration "
        f"{trace.about['configuration']})",
        f"{trace.about['cycles']} clock cycles, {trace.about['steps']} time steps, recorded from the "
        "simulated chip. Above: phases and their cycles. Bars: the engine is busy.")
    return figure
