// From a key press in the prompt to the repainted grid, in the window as it ships. Prints milliseconds.
// usage: edit_latency [model] [rounds]      (the offscreen platform will do)
#include "core/analysis/explore.h"
#include "tests/gui/window_fixture.h"

#include <QElapsedTimer>
#include <algorithm>
#include <cstdio>
#include <vector>

using namespace sinkscope;

namespace {

const QString kPrompt =
    "The old lighthouse keeper climbed the narrow stairs every evening to light the lamp, because the ships that "
    "passed the rocks at night had nothing else to steer by.";

/// Ends the next word of the prompt's middle with another letter; the number of tokens may change by one.
void typeLetter(WindowFixture& fixture, int round) {
  QTextCursor cursor(fixture.editor()->document());
  cursor.setPosition(56);  // behind "narrow"
  if (round > 0) cursor.deletePreviousChar();
  fixture.editor()->setTextCursor(cursor);
  QTest::keyClick(fixture.editor(), round % 2 ? Qt::Key_S : Qt::Key_A);
}

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  WindowFixture fixture;
  Inputs inputs = fixture.settings.inputs();
  inputs.prompt = kPrompt;
  inputs.model = argc > 1 ? argv[1] : "smollm2-135m";
  fixture.settings.setInputs(inputs);
  if (!fixture.open(inputs.model)) return 1;
  std::vector<qint64> toGrid;
  const int rounds = argc > 2 ? atoi(argv[2]) : 15;
  for (int round = 0; round < rounds; ++round) {
    QElapsedTimer clock;
    const bool shown = fixture.leadsToResult([&] {
      clock.start();
      typeLetter(fixture, round);
      QObject::connect(
          fixture.page(), &ExplorePage::resultShown, fixture.page(),
          [&] {
            fixture.grid()->repaint();
            toGrid.push_back(clock.elapsed());
          },
          Qt::SingleShotConnection);
    });
    if (!shown) return 1;
  }
  std::ranges::sort(toGrid);
  std::printf("%zu tokens; key press to grid: median %lld ms, least %lld, most %lld, of %d edits\n",
              fixture.page()->explored()->result->prompts[0].tokens.size(), toGrid[toGrid.size() / 2], toGrid.front(),
              toGrid.back(), rounds);
  return 0;
}
