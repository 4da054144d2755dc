// From a key press to the repainted picture, in the window as it ships: a letter typed into the prompt, to the grid; a
// token swapped in the middle of a prompt of 64 tokens, to the map of the change. Prints milliseconds.
// usage: edit_latency [model] [rounds]      (the offscreen platform will do)
#include "app/pages/change_panel.h"
#include "app/pages/perturb_page.h"
#include "app/rail.h"
#include "core/analysis/explore.h"
#include "tests/gui/window_fixture.h"
#include "widgets/layer_map.h"
#include "widgets/layer_map_row.h"

#include <QElapsedTimer>
#include <algorithm>
#include <cstdio>
#include <utility>
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

void report(const char* what, std::size_t tokens, std::vector<qint64> times) {
  std::ranges::sort(times);
  std::printf("%s, %zu tokens: median %lld ms, least %lld, most %lld, of %zu\n", what, tokens, times[times.size() / 2],
              times.front(), times.back(), times.size());
}

/// Milliseconds from each swap to the repainted map.
std::vector<qint64> timeSwaps(WindowFixture& fixture, int rounds) {
  PerturbPage* page = fixture.window->perturbPage();
  Document& document = fixture.window->document();
  QSignalSpy shown(page, &Page::resultShown);
  document.edit(Document::Field::Prompt, [](Inputs& inputs) {
    inputs.prompt = (kPrompt + ' ').repeated(3);
    inputs.swapPosition = 31;
    inputs.conditions = QStringList{"bos"};
  });
  fixture.window->rail()->turnTo(page);
  if (!QTest::qWaitFor([&] { return shown.size() > 0; }, WindowFixture::kPatienceMs) || !fixture.quiet()) return {};
  std::vector<qint64> times;
  for (int round = 0; round < rounds; ++round) {
    shown.clear();
    QElapsedTimer clock;
    clock.start();
    document.edit(Document::Field::Swap, [round](Inputs& inputs) { inputs.swapId = 2000 + 7 * round; });
    if (!QTest::qWaitFor([&] { return shown.size() > 0; }, WindowFixture::kPatienceMs)) return {};
    page->changePanel()->maps()->map(0)->repaint();
    times.push_back(clock.elapsed());
    if (!fixture.quiet()) return {};
  }
  return times;
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
  report("key press to grid", fixture.page()->explored()->result->prompts[0].tokens.size(), std::move(toGrid));
  const std::vector<qint64> swaps = timeSwaps(fixture, rounds);
  if (swaps.empty()) return 1;
  report("swap to map", fixture.window->perturbPage()->perturbed()->result->maps[0].tokens(), swaps);
  return 0;
}
