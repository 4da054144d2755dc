#include "app/pages/toy_page.h"

#include "widgets/curve_plot.h"
#include "widgets/layer_map_row.h"
#include "widgets/theme.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr int kMostTokens = 48, kMostLayers = 48, kWidth = 76 * kGrid;

QSlider* slider(const char* name, int low, int high, int value, QWidget* parent) {
  auto* made = new QSlider(Qt::Horizontal, parent);
  made->setObjectName(QString::fromLatin1(name));
  made->setRange(low, high);
  made->setValue(value);
  return made;
}

}  // namespace

ToyPage::ToyPage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      tokens_(slider("toyTokens", 3, kMostTokens, 12, this)),
      layers_(slider("toyLayers", 1, kMostLayers, 12, this)),
      perturbed_(slider("toyPerturbed", 1, 10, 2, this)),
      share_(slider("toyShare", 0, 100, 80, this)),
      words_(new QLabel(this)),
      maps_(new LayerMapRow(this)),
      curves_(new CurvePlot(this)) {
  words_->setObjectName(QStringLiteral("toyWords"));
  words_->setWordWrap(true);
  words_->setFont(themeFor(this).heading);
  maps_->setObjectName(QStringLiteral("toyMaps"));
  maps_->setAccessibleName(tr("Change by layer and token, without a sink and with one"));
  curves_->setObjectName(QStringLiteral("toyCurves"));
  curves_->setAccessibleName(tr("Mean change behind the changed token, over the layers"));

  auto* explanation = new QLabel(
      tr("A model without training: one number a token, and every layer adds to each token the mean of those that it "
         "sees, h ← h + A h. One token is changed by 1. Layer by layer the change spreads to all tokens behind it, "
         "until their values say more about it than about themselves.\n\nWith a sink, a share of every row goes to "
         "token 0, whose value is 0: that much is not mixed. The maps show the change of each token over what a change "
         "of that very token grows to."),
      this);
  explanation->setWordWrap(true);
  auto* controls = new QFormLayout;
  controls->setSpacing(kSpacing);
  for (const auto& [name, field, unit] : {std::tuple{tr("&Tokens"), tokens_, 1.0},
                                          {tr("&Depth"), layers_, 1.0},
                                          {tr("&Changed token"), perturbed_, 1.0},
                                          {tr("&Sink's share"), share_, 0.01}}) {
    auto* value = new QLabel(this);
    value->setMinimumWidth(8 * kGrid);
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* row = new QHBoxLayout;
    row->addWidget(field, 1);
    row->addWidget(value);
    auto* label = new QLabel(name, this);
    label->setBuddy(field);
    controls->addRow(label, row);
    const auto tell = [value, unit = unit](int now) {
      value->setText(unit < 1.0 ? QString::number(unit * now, 'f', 2) : QString::number(now));
    };
    tell(field->value());
    connect(field, &QSlider::valueChanged, value, tell);
    connect(field, &QSlider::valueChanged, this, &ToyPage::draw);
  }
  auto* left = new QWidget(this);
  left->setFixedWidth(kWidth);
  auto* words = new QVBoxLayout(left);
  words->setContentsMargins(0, 0, kSpacing, 0);
  words->setSpacing(kMargin);
  words->addLayout(controls);
  words->addWidget(words_);
  words->addWidget(explanation);
  words->addStretch();
  auto* views = new QSplitter(Qt::Vertical, this);
  views->addWidget(maps_);
  views->addWidget(curves_);
  views->setChildrenCollapsible(false);
  views->setHandleWidth(kMargin);
  views->setSizes({420, 260});
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kMargin, kMargin, kMargin, kSpacing);
  row->setSpacing(kMargin);
  row->addWidget(left);
  row->addWidget(views, 1);
  draw();
}

void ToyPage::follow(const Inputs& now, const Inputs& before) {
  if (now.colourMap != before.colourMap) draw();
}

ToyPair ToyPage::pair() const {
  const auto number = [](const QSlider* slider) { return static_cast<std::size_t>(slider->value()); };
  return toyPair(number(tokens_), number(layers_), number(perturbed_), 0.01 * share_->value());
}

void ToyPage::draw() {
  perturbed_->setMaximum(tokens_->value() - 2);  // so that one stands behind it
  const ToyPair now = pair();
  const LayerMapFigure figure = toyMaps(now);
  ColourScale scale = figure.scale;
  scale.map = document_.inputs().colourMap;
  maps_->setMaps(figure.maps);
  maps_->setScale(scale, figure.scaleLabel);
  curves_->setCurves(toyCurves(now).data);
  words_->setText(toyWords(now));
}

std::vector<PageFigure> ToyPage::figures() const {
  return toyFigures(pair());
}

}  // namespace sinkscope
