#include "app/pages/grid_panel.h"

#include "app/figures.h"
#include "core/analysis/explore.h"
#include "widgets/head_grid.h"
#include "widgets/line_label.h"
#include "widgets/profile_plot.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>
#include <vector>

namespace sinkscope {
namespace {

/// Smaller maps say nothing.
constexpr int kSmallestThumbnail = 12;
constexpr std::size_t kMostSecondary = 2;

QLabel* line(const QString& name, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setObjectName(name);
  label->setTextFormat(Qt::RichText);
  label->setWordWrap(true);
  return label;
}

}  // namespace

GridPanel::GridPanel(Document& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      heads_(line("sinkRate", this)),
      attention_(line("meanShare", this)),
      secondary_(new LineLabel(this)),
      sorted_(new QCheckBox(tr("&Sort heads"), this)),
      grid_(new HeadGrid(this)),
      profile_(new ProfilePlot(this)) {
  secondary_->setObjectName(QStringLiteral("secondary"));
  secondary_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  sorted_->setObjectName(QStringLiteral("sortHeads"));
  sorted_->setToolTip(tr("Order the heads of each layer by their attention to the first token"));
  grid_->setAccessibleName(tr("Attention to the first token, by layer and head"));
  grid_->setPlaceholder(tr("The heads of the model show here once a prompt is analysed"));
  profile_->setAccessibleName(tr("Profile over the layers"));

  auto* row = new QHBoxLayout;
  row->addWidget(heads_, 1);
  row->addWidget(sorted_, 0, Qt::AlignTop);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kGrid);
  column->addLayout(row);
  column->addWidget(attention_);
  column->addWidget(secondary_);
  column->addSpacing(kGrid);
  column->addWidget(grid_, 3);
  column->addWidget(profile_, 1);

  connect(sorted_, &QCheckBox::toggled, this,
          [this](bool on) { document_.edit(Document::Field::Sorting, [on](Inputs& inputs) { inputs.sorted = on; }); });
  connect(&document_, &Document::changed, this, &GridPanel::follow);
  follow(document_.inputs(), {});
}

void GridPanel::follow(const Inputs& now, const Inputs& before) {
  const QSignalBlocker quiet(sorted_);
  sorted_->setChecked(now.sorted);
  grid_->setSorted(now.sorted);
  grid_->setColourMap(now.colourMap);
  if (now.colourMap != before.colourMap) recolour();
  if (now.includeQuery0 != before.includeQuery0) {
    showMeasures();
  } else if (now.epsilon != before.epsilon) {
    showThreshold();
  }
}

void GridPanel::setResult(ExploredPtr result) {
  explored_ = std::move(result);
  showMeasures();
}

void GridPanel::showMeasures() {
  if (explored_) {
    const ExploreResult& result = *explored_->result;
    const Inputs& inputs = document_.inputs();
    const std::vector<PromptShares> shares = result.shares();
    shares_ = OrderedShares(shares, inputs.includeQuery0);
    const GridFigure figure = gridFigure(result, inputs.epsilon, inputs.includeQuery0);
    grid_->setScaleLabel(figure.scaleLabel);
    grid_->setShares(figure.shares);

    const ProfileFigure profile = profileFigure(shares, inputs.epsilon, inputs.includeQuery0);
    for (const ProfileCurve& curve : profile.curves) profile_->setSeries(curve.name, curve.y, curve.role);
    profile_->setAxisTitles(profile.xTitle, profile.yTitle);
    profile_->setRange(profile.minimum, profile.maximum);
    profile_->setBaseline(profile.baseline, profile.baselineName);
    attention_->setText(tr("<b>%1</b> of all attention goes to it; uniform attention would give %2")
                            .arg(meanShare(shares, 0, inputs.includeQuery0), 0, 'f', 2)
                            .arg(profile.baseline, 0, 'f', 3));
    secondary_->setVisible(result.prompts.size() == 1);
  }
  showThreshold();
}

void GridPanel::showThreshold() {
  grid_->setThreshold(document_.inputs().epsilon);
  if (!explored_) return;
  const double epsilon = document_.inputs().epsilon;
  const QString rate = tr("<b>%1</b> of the heads rest on the first token").arg(shares_.rate(epsilon), 0, 'f', 2);
  const QString counted = tr("%1 of %2").arg(shares_.above(epsilon)).arg(shares_.count());
  // The millions of several prompts would break the line, now and then, and the grid would jump.
  const bool alone = explored_->result->prompts.size() == 1;
  heads_->setText(alone ? tr("%1 (%2)").arg(rate, counted) : rate);
  heads_->setToolTip(alone ? QString() : tr("%1, every head counted once a prompt").arg(counted));
  const ProfileCurve rates = rateCurve(shares_.rateByLayer(epsilon));
  profile_->setSeries(rates.name, rates.y, rates.role);
  showSecondary();
}

void GridPanel::showSecondary() {
  const ExploreResult& result = *explored_->result;
  if (result.prompts.size() != 1) return;  // a position says nothing of several prompts
  const PromptResult& prompt = result.prompts.front();
  QStringList sinks;
  for (const SecondarySink& sink : secondarySinks(prompt.shares, document_.inputs().epsilon)) {
    if (static_cast<std::size_t>(sinks.size()) == kMostSecondary) break;
    sinks << tr("%1 at %2 (%3 of the heads)")
                 .arg(QString::fromStdString(visibleText(prompt.tokens[sink.key])))
                 .arg(sink.key)
                 .arg(sink.rate, 0, 'f', 2);
  }
  secondary_->setText(sinks.isEmpty() ? tr("No other token is a sink at this eps")
                                      : tr("Other sinks: %1").arg(sinks.join(QStringLiteral(", "))));
}

int GridPanel::thumbnailSide() const {
  const QRectF cell = grid_->cellRect(0, 0);
  const int side = static_cast<int>(std::min(cell.width(), cell.height()) * devicePixelRatioF());
  return side < kSmallestThumbnail ? 0 : side;
}

bool GridPanel::hasAllThumbnails() const {
  return !thumbnails_.isEmpty() &&
         std::none_of(thumbnails_.begin(), thumbnails_.end(), [](const Matrix& image) { return image.empty(); });
}

void GridPanel::dropThumbnails() {
  thumbnails_.clear();
  grid_->setThumbnails({});
}

void GridPanel::addThumbnails(const LayerThumbnails& images) {
  if (images.query.source != explored_) return;
  const Matrix& shares = grid_->shares();
  thumbnails_.resize(shares.rows * shares.columns);
  for (std::size_t head = 0; head < images.heads.size(); ++head) {
    thumbnails_[images.query.layer * shares.columns + static_cast<int>(head)] = images.heads[head];
  }
  if (images.query.layer == shares.rows - 1) recolour();
}

void GridPanel::recolour() {
  QVector<QImage> images;
  ColourScale scale;
  scale.map = document_.inputs().colourMap;
  for (const Matrix& thumbnail : thumbnails_) {
    images.append(thumbnail.empty() ? QImage() : imageOf(thumbnail, scale));
  }
  grid_->setThumbnails(images);
}

}  // namespace sinkscope
