#include "app/pages/sink_film.h"

#include "app/pages/play_bar.h"
#include "widgets/head_grid.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

constexpr int kSampleLines = 7;

}  // namespace

SinkFilm::SinkFilm(QWidget* parent)
    : QWidget(parent),
      choice_(new QComboBox(this)),
      step_(new QLabel(this)),
      grid_(new HeadGrid(this)),
      bar_(new PlayBar(this)),
      sampleTitle_(new QLabel(this)),
      sample_(new QPlainTextEdit(this)) {
  choice_->setObjectName(QStringLiteral("filmMeasure"));
  choice_->setAccessibleName(tr("What the grid shows"));
  for (const HeadMeasure measure : kHeadMeasures)
    choice_->addItem(headMeasureTitle(measure), static_cast<int>(measure));
  step_->setObjectName(QStringLiteral("filmStep"));
  grid_->setObjectName(QStringLiteral("filmGrid"));
  grid_->setPlaceholder(tr("The heads show here once they are measured"));
  bar_->button()->setObjectName(QStringLiteral("playFilm"));
  bar_->button()->setToolTip(tr("Watch the sink form"));
  bar_->slider()->setObjectName(QStringLiteral("filmSlider"));
  bar_->slider()->setAccessibleName(tr("Measurement"));
  bar_->legend()->hide();  // the grid has its own
  bar_->slider()->setMinimumWidth(30 * kGrid);
  bar_->slider()->setMaximumWidth(QWIDGETSIZE_MAX);
  sampleTitle_->setObjectName(QStringLiteral("sampleTitle"));
  sample_->setObjectName(QStringLiteral("sample"));
  sample_->setAccessibleName(tr("What the model writes"));
  sample_->setReadOnly(true);
  sample_->setFixedHeight(kSampleLines * sample_->fontMetrics().lineSpacing() + 2 * kSpacing);

  auto* top = new QHBoxLayout;
  top->setSpacing(kSpacing);
  top->addWidget(choice_);
  top->addStretch();
  top->addWidget(step_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addLayout(top);
  column->addWidget(grid_, 1);
  column->addWidget(bar_);
  column->addWidget(sampleTitle_);
  column->addWidget(sample_);
  connect(choice_, &QComboBox::activated, this, &SinkFilm::draw);
  connect(bar_, &PlayBar::placeChanged, this, [this] {
    draw();
    emit measurementChanged(measurement());
  });
  draw();
}

void SinkFilm::setRun(TrainingLogPtr log) {
  const auto count = [](const TrainingLogPtr& of) { return of ? static_cast<int>(of->measures.size()) : 0; };
  const int before = count(log_), now = count(log);
  const bool goesOn = log_ && log && log_->start.created == log->start.created && before > 0 && now >= before;
  const bool atEnd = bar_->place() == before - 1;
  log_ = std::move(log);
  if (goesOn) {
    bar_->slider()->setMaximum(now);  // a film that plays goes on playing
    if (atEnd && !bar_->button()->isChecked()) bar_->slider()->setValue(now);
  } else {
    bar_->setPlaces(std::max(1, now), std::max(0, now - 1));
  }
  bar_->setEnabled(now > 1);
  draw();
}

void SinkFilm::setEpsilon(double epsilon) {
  epsilon_ = epsilon;
  draw();
}

void SinkFilm::setColourMap(ColourMap map) {
  grid_->setColourMap(map);
}

void SinkFilm::goTo(int measurement) {
  bar_->button()->setChecked(false);
  bar_->slider()->setValue(measurement + 1);
}

int SinkFilm::measurement() const {
  return log_ && !log_->measures.empty() ? bar_->place() : -1;
}

HeadMeasure SinkFilm::measure() const {
  return static_cast<HeadMeasure>(choice_->currentData().toInt());
}

void SinkFilm::draw() {
  const int shown = measurement();
  if (shown < 0) {
    grid_->setShares({});
    step_->clear();
  } else {
    const GridFigure figure = sinkGrid(*log_, static_cast<std::size_t>(shown), measure(), epsilon_);
    grid_->setShares(figure.shares);
    grid_->setThreshold(figure.eps);
    grid_->setScaleLabel(figure.scaleLabel);
    step_->setText(tr("step %1").arg(log_->measures[static_cast<std::size_t>(shown)].step));
  }
  drawSample();
}

/// The last text that was written by the shown step.
void SinkFilm::drawSample() {
  const int shown = measurement();
  const SampleRow* found = nullptr;
  for (std::size_t i = 0; shown >= 0 && i < log_->samples.size(); ++i)
    if (log_->samples[i].step <= log_->measures[static_cast<std::size_t>(shown)].step) found = &log_->samples[i];
  sampleTitle_->setVisible(found);
  sample_->setVisible(found);
  if (!found) return;
  sampleTitle_->setText(tr("What the model writes after step %1").arg(found->step));
  const QString text = QString::fromStdString(found->text);
  if (sample_->toPlainText() != text) sample_->setPlainText(text);
}

}  // namespace sinkscope
