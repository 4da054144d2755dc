#include "app/top_bar.h"

#include "app/model_names.h"
#include "app/pages/layout_parts.h"
#include "widgets/eps_slider.h"
#include "widgets/line_label.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

namespace sinkscope {
namespace {

QToolButton* toggle(const QString& text, const QString& tip, const QString& name, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setObjectName(name);
  button->setText(text);
  button->setToolTip(tip);
  button->setCheckable(true);
  button->setFocusPolicy(Qt::StrongFocus);
  return button;
}

}  // namespace

TopBar::TopBar(Document& document, QMenu* models, const QStringList& devices, QWidget* parent)
    : QWidget(parent),
      document_(document),
      model_(new QToolButton(this)),
      eps_(new EpsSlider(this)),
      device_(new QComboBox(this)),
      conventions_(new LineLabel(this)) {
  model_->setObjectName(QStringLiteral("model"));
  model_->setMenu(models);
  model_->setPopupMode(QToolButton::InstantPopup);
  model_->setFocusPolicy(Qt::StrongFocus);
  model_->setAccessibleName(tr("Model"));
  bos_ = toggle(QStringLiteral("<bos>"), tr("Put the model's first token before the prompt"), "bos", this);
  query0_ = toggle(tr("query 0"), tr("Count the first query, which can only attend to itself"), "query0", this);
  eps_->setObjectName(QStringLiteral("eps"));
  eps_->setAccessibleName(tr("Threshold eps: a head with more attention on the first token is a sink"));
  device_->addItems(devices);
  device_->setAccessibleName(tr("Device"));
  device_->setToolTip(tr("Where the model runs"));
  device_->setEnabled(devices.size() > 1);
  conventions_->setObjectName(QStringLiteral("conventions"));
  conventions_->setToolTip(tr("What these numbers depend on besides the model"));

  auto* row = new QHBoxLayout;
  row->setSpacing(kSpacing);
  row->addWidget(model_);
  row->addWidget(bos_);
  row->addWidget(query0_);
  row->addSpacing(kMargin);
  row->addWidget(eps_, 1);
  row->addStretch(1);
  row->addWidget(device_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kGrid);
  column->setSpacing(kGrid);
  column->addLayout(row);
  auto* help = new QToolButton(this);
  help->setObjectName(QStringLiteral("whatIsThis"));
  help->setText(tr("What is this?"));
  help->setToolTip(tr("What is measured on this page (F1)"));
  help->setAutoRaise(true);
  connect(help, &QToolButton::clicked, this, &TopBar::helpWanted);
  auto* below = new QHBoxLayout;
  below->addWidget(conventions_, 1);
  below->addWidget(help);
  column->addLayout(below);
  tabThrough({model_, bos_, query0_});

  using Field = Document::Field;
  connect(bos_, &QToolButton::toggled, this,
          [this](bool on) { document_.edit(Field::Bos, [on](Inputs& inputs) { inputs.bos = on; }); });
  connect(query0_, &QToolButton::toggled, this,
          [this](bool on) { document_.edit(Field::Query0, [on](Inputs& inputs) { inputs.includeQuery0 = on; }); });
  connect(eps_, &EpsSlider::epsilonChanged, this,
          [this](double eps) { document_.edit(Field::Epsilon, [eps](Inputs& inputs) { inputs.epsilon = eps; }); });
  connect(device_, &QComboBox::textActivated, this, [this](const QString& device) {
    document_.edit(Field::Device, [&device](Inputs& inputs) { inputs.device = device; });
  });
  connect(&document_, &Document::changed, this, &TopBar::follow);
  restyle();
  follow(document_.inputs());
}

void TopBar::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) restyle();
}

void TopBar::restyle() {
  const Theme theme = themeFor(this);
  const QString frame =
      QStringLiteral(
          "QToolButton { border: 1px solid %1; border-radius: 4px; padding: 4px 12px; background: %2; }"
          "QToolButton:focus { border-color: %3; } QToolButton:disabled { color: %4; }")
          .arg(theme.line.name(), theme.surface.name(), theme.selection.name(), theme.mutedText.name());
  const auto checked = [](const QColor& fill, const QColor& text) {
    return QStringLiteral("QToolButton:checked { background: %1; color: %2; }").arg(fill.name(), text.name());
  };
  const std::pair<QToolButton*, QString> styles[] = {
      {model_, frame + QStringLiteral("QToolButton { padding-right: 24px; }")},
      {bos_, frame + checked(theme.accent, theme.onAccent)},  // amber: <bos> is the sink
      {query0_, frame + checked(theme.line, theme.text)}};
  for (const auto& [button, style] : styles) {
    if (button->styleSheet() != style) button->setStyleSheet(style);
  }
}

void TopBar::follow(const Inputs& inputs) {
  const QSignalBlocker quiet[] = {QSignalBlocker(bos_), QSignalBlocker(query0_), QSignalBlocker(eps_)};
  model_->setText(inputs.model.isEmpty() ? tr("Choose a model") : modelTitle(inputs.model));
  bos_->setChecked(inputs.bos);
  query0_->setChecked(inputs.includeQuery0);
  eps_->setEpsilon(inputs.epsilon);
  device_->setCurrentText(inputs.device);
}

void TopBar::setBosText(const QString& text) {
  bos_->setText(text.isEmpty() ? QStringLiteral("<bos>") : text);
  bos_->setEnabled(!text.isEmpty());
  bos_->setToolTip(text.isEmpty() ? tr("This model's vocabulary has no first token")
                                  : tr("Put the model's first token %1 before the prompt").arg(text));
}

void TopBar::setModelTip(const QString& text) {
  model_->setToolTip(text);
}

void TopBar::setConventions(const QString& line) {
  conventions_->setText(line);
}

QString TopBar::conventions() const {
  return conventions_->text();
}

}  // namespace sinkscope
