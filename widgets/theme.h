#pragma once

#include <QColor>
#include <QFont>

class QApplication;
class QPalette;
class QWidget;

namespace sinkscope {

/** Every distance in the window is a multiple of this many device-independent pixels. */
constexpr int kGrid = 4;

/** Distances by their use. */
constexpr int kSpacing = 2 * kGrid;
constexpr int kMargin = 4 * kGrid;
constexpr int kRadius = kGrid;

/** The colours and fonts that all views share. One accent, amber, and it always means the sink. */
struct Theme {
  bool dark = false;
  QColor background;  ///< behind everything
  QColor surface;     ///< what lies on the background: cards, chips, plots
  QColor text;
  QColor mutedText;   ///< axis labels, captions; still readable (4.5:1 on the surface)
  QColor line;        ///< hairlines and grids
  QColor accent;      ///< amber: the sink, to fill and to frame
  QColor accentText;  ///< amber dark (or light) enough to be read as text
  QColor onAccent;    ///< text upon an amber fill
  QColor selection;   ///< neutral: what is selected or focused
  QColor empty;       ///< a cell without a value
  QFont body;
  QFont heading;
  QFont caption;
  QFont mono;
};

/** The theme that goes with a palette: dark where its window colour is dark. */
Theme themeFor(const QPalette &palette, const QFont &base);

/** The theme of a widget's palette and font. */
Theme themeFor(const QWidget *widget);

/** The palette of the window in the light or the dark scheme. */
QPalette stylePalette(bool dark);

/** Gives the application its style: Fusion, our palette (light or dark as the desktop's is), one small style sheet. */
void applyAppStyle(QApplication &application);

/** The same, with the scheme told rather than found. */
void applyAppStyle(QApplication &application, bool dark);

/** The contrast ratio of two colours as WCAG 2 has it, 1..21. */
double contrastRatio(const QColor &first, const QColor &second);

}  // namespace sinkscope
