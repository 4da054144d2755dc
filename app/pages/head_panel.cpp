#include "app/pages/head_panel.h"

#include "app/pages/head_map.h"
#include "app/pages/layout_parts.h"
#include "app/session.h"
#include "core/analysis/explore.h"
#include "widgets/line_label.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

bool withBos(const ExploredPtr& explored) {
  return explored && explored->result->request.bos;
}

}  // namespace

HeadPanel::HeadPanel(Session& session, Document& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      maps_{new HeadMap(session, 0, this), new HeadMap(session, 1, this)},
      heading_(new QLabel(this)),
      facts_(new LineLabel(this)),
      row_(new LineLabel(this)),
      log_(new QCheckBox(tr("&Log scale"), this)),
      hide_(new QCheckBox(tr("&Hide the sink and renormalise"), this)),
      compare_(new QCheckBox(tr("&Compare <bos> on and off"), this)),
      colours_(new QComboBox(this)) {
  heading_->setObjectName(QStringLiteral("headHeading"));
  heading_->setFont(themeFor(this).heading);
  facts_->setObjectName(QStringLiteral("headFacts"));
  row_->setObjectName(QStringLiteral("headRow"));
  row_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  log_->setObjectName(QStringLiteral("logScale"));
  hide_->setObjectName(QStringLiteral("hideSink"));
  compare_->setObjectName(QStringLiteral("compareBos"));
  colours_->addItems(sequentialColourMapNames());
  colours_->setAccessibleName(tr("Colour map"));
  const QStringList names{QStringLiteral("headMap"), QStringLiteral("comparisonMap")};
  const QStringList words{tr("Attention of the selected head"), tr("The same with <bos> the other way")};
  const QStringList waiting{tr("The map of the selected head shows here"), tr("Analysing …")};

  auto* top = new QHBoxLayout;
  top->setSpacing(kMargin);
  top->addWidget(heading_);
  top->addWidget(facts_, 1);
  auto* options = new QHBoxLayout;
  options->setSpacing(kMargin);
  for (QWidget* option : std::initializer_list<QWidget*>{log_, hide_, compare_}) options->addWidget(option);
  options->addStretch();
  options->addWidget(colours_);
  auto* views = new QHBoxLayout;
  for (int side : {0, 1}) {
    HeadMap* view = map(side);
    view->setObjectName(names[side]);
    view->setAccessibleName(words[side]);
    view->setPlaceholder(waiting[side]);
    views->addWidget(view, 1);
    connect(view, &HeadMap::wholeChanged, this, &HeadPanel::shareScale);
    connect(view, &HeadMap::rowRead, row_, &QLabel::setText);
    connect(view, &HeadMap::hovered, this, [this, side](int query, int key) { link(side, query, key); });
  }
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addLayout(top);
  column->addLayout(options);
  column->addLayout(views, 1);
  column->addWidget(row_);
  connect(map(0), &HeadMap::wholeChanged, this, [this] {
    if (row_->text().isEmpty()) row_->setText(tr("Click a row to see what that query attends to most"));
  });
  tabThrough({log_, hide_, compare_, colours_, map(0), map(1)});

  using Field = Document::Field;
  const auto bind = [this](QCheckBox* box, Field field, bool Inputs::*member) {
    connect(box, &QCheckBox::toggled, this, [this, field, member](bool on) {
      document_.edit(field, [on, member](Inputs& inputs) { inputs.*member = on; });
    });
  };
  bind(log_, Field::Scale, &Inputs::logarithmic);
  bind(hide_, Field::Sink, &Inputs::hideSink);
  bind(compare_, Field::Comparison, &Inputs::compareBos);
  connect(colours_, &QComboBox::textActivated, this, [this](const QString& name) {
    document_.edit(Field::Colours, [&name](Inputs& inputs) { inputs.colourMap = colourMapNamed(name); });
  });
  connect(&document_, &Document::changed, this, &HeadPanel::follow);
  follow(document_.inputs(), {});
}

void HeadPanel::follow(const Inputs& now, const Inputs& before) {
  const QSignalBlocker quiet[] = {QSignalBlocker(log_), QSignalBlocker(hide_), QSignalBlocker(compare_)};
  log_->setChecked(now.logarithmic);
  hide_->setChecked(now.hideSink);
  compare_->setChecked(now.compareBos);
  colours_->setCurrentText(colourMapName(now.colourMap));
  for (HeadMap* map : maps_) {
    map->setLogScale(now.logarithmic);
    map->setColourMap(now.colourMap);
    map->setHideSink(now.hideSink);
  }
  maps_[1]->setVisible(now.compareBos);
  if (!now.compareBos && explored_[1]) setComparison(nullptr);
  if (now.epsilon != before.epsilon || now.includeQuery0 != before.includeQuery0) showHeading();
}

void HeadPanel::setResult(ExploredPtr result, int prompt) {
  explored_[0] = std::move(result);
  prompt_ = prompt;
  drain_ = explored_[0]->result->prompts[static_cast<std::size_t>(prompt)].valueDrain();
  const ModelConfig& config = explored_[0]->result->model.config;
  layer_ = std::clamp(layer_, 0, static_cast<int>(config.layers) - 1);
  head_ = std::clamp(head_, 0, static_cast<int>(config.heads) - 1);
  row_->clear();  // it told of another map
  showMaps();
}

void HeadPanel::setComparison(ExploredPtr result) {
  explored_[1] = std::move(result);
  showMaps();
}

void HeadPanel::setHead(int layer, int head) {
  if (layer == layer_ && head == head_) return;
  layer_ = layer;
  head_ = head;
  row_->clear();
  showMaps();
}

void HeadPanel::showMaps() {
  showHeading();
  if (explored_[0]) maps_[0]->setHead({explored_[0], prompt_, layer_, head_});
  maps_[1]->setHead({explored_[1], 0, layer_, head_});
  for (int side : {0, 1}) {
    const QString title = withBos(explored_[side]) ? tr("with <bos>") : tr("without <bos>");
    map(side)->setTitle(document_.inputs().compareBos && explored_[side] ? title : QString());
  }
}

void HeadPanel::showHeading() {
  heading_->setText(tr("Layer %1, head %2").arg(layer_).arg(head_));
  if (!explored_[0]) return;
  const PromptResult& prompt = explored_[0]->result->prompts[static_cast<std::size_t>(prompt_)];
  const Inputs& inputs = document_.inputs();
  const double rest = share(prompt.shares, layer_, head_, 0, inputs.includeQuery0);
  facts_->setText(tr("α₀ %1, %2 eps   value drain %3   mean row entropy %4 nats")
                      .arg(rest, 0, 'f', 3)
                      .arg(rest > inputs.epsilon ? tr("above") : tr("below"))
                      .arg(drain_(layer_, head_), 0, 'f', 2)
                      .arg(prompt.entropyOf(layer_, head_), 0, 'f', 2));
  facts_->setToolTip(
      tr("α₀: mean attention to the first token. Value drain: what the head writes for the first token, "
         "‖W_O v₀‖, over the median of the others. A head that rests has a high α₀ and a low drain."));
}

void HeadPanel::shareScale() {
  double maximum = 0;
  for (const HeadMap* map : maps_) {
    if (map->isVisibleTo(this) && map->whole()) maximum = std::max<double>(maximum, map->whole()->maximum);
  }
  for (HeadMap* map : maps_) map->setScaleMaximum(maximum > 0 ? maximum : 1);
}

void HeadPanel::link(int from, int query, int key) {
  // The same words stand one position further where <bos> comes first.
  const int other = 1 - from;
  const int shift = static_cast<int>(withBos(explored_[other])) - static_cast<int>(withBos(explored_[from]));
  const auto moved = [shift](int position) { return position < 0 ? -1 : std::max(-1, position + shift); };
  if (explored_[other]) map(other)->setCrosshair(moved(query), moved(key));
  emit keyHovered(from == 0 ? key : explored_[0] ? moved(key) : -1);
}

void HeadPanel::pointAt(int key) {
  maps_[0]->setCrosshair(-1, key);
}

}  // namespace sinkscope
