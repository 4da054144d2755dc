#include "app/pages/intervention_bar.h"

#include "core/analysis/intervention.h"
#include "core/error.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

const QString kFactor = QStringLiteral("factor");

bool isOneOf(const QString& kind, std::initializer_list<const char*> kinds) {
  for (const char* one : kinds)
    if (kind == QLatin1String(one)) return true;
  return false;
}

}  // namespace

InterventionBar::InterventionBar(QWidget* parent)
    : QWidget(parent),
      kind_(new QComboBox(this)),
      replacement_(new QComboBox(this)),
      factor_(new QDoubleSpinBox(this)),
      token_(new QLineEdit(this)),
      last_(new QSpinBox(this)),
      first_(new QSpinBox(this)),
      firstLabel_(new QLabel(tr("keys and the first"), this)),
      heads_(new QLineEdit(this)),
      positions_(new QLineEdit(this)),
      fault_(new QLabel(this)) {
  kind_->setObjectName(QStringLiteral("interventionKind"));
  kind_->setAccessibleName(tr("What is changed"));
  kind_->addItem(tr("Remove heads"), QStringLiteral("remove"));
  kind_->addItem(tr("Hide the first token"), QStringLiteral("hide"));
  kind_->addItem(tr("Replace its value"), QStringLiteral("value"));
  kind_->addItem(tr("Softmax-off-by-one"), QStringLiteral("off-by-one"));
  kind_->addItem(tr("Another first token"), QStringLiteral("first"));
  kind_->addItem(tr("Prepend a token"), QStringLiteral("prepend"));
  kind_->addItem(tr("Bounded cache"), QStringLiteral("window"));
  replacement_->setObjectName(QStringLiteral("replacement"));
  replacement_->setAccessibleName(tr("What stands in its place"));
  replacement_->setToolTip(
      tr("Zero alone overstates: the model has never seen it. Mean, noise and shuffling are made "
         "of what is there at the tokens behind the first."));
  replacement_->addItem(tr("by zero"), QStringLiteral("zero"));
  replacement_->addItem(tr("by the mean"), QStringLiteral("mean"));
  replacement_->addItem(tr("by noise"), QStringLiteral("noise"));
  replacement_->addItem(tr("by another token's"), QStringLiteral("shuffle"));
  replacement_->addItem(tr("times"), kFactor);
  factor_->setObjectName(QStringLiteral("factor"));
  factor_->setAccessibleName(tr("Factor"));
  factor_->setRange(-100, 100);
  factor_->setSingleStep(0.1);
  factor_->setValue(0.5);
  token_->setObjectName(QStringLiteral("interventionToken"));
  token_->setAccessibleName(tr("Token"));
  token_->setPlaceholderText(tr("token, e.g. “ The” with its space"));
  last_->setObjectName(QStringLiteral("cacheLast"));
  last_->setAccessibleName(tr("Last keys kept"));
  last_->setRange(1, 1 << 20);
  last_->setValue(16);
  last_->setPrefix(tr("last "));
  first_->setObjectName(QStringLiteral("cacheFirst"));
  first_->setAccessibleName(tr("First keys kept"));
  first_->setRange(0, 1 << 20);
  first_->setValue(4);
  heads_->setObjectName(QStringLiteral("interventionHeads"));
  heads_->setAccessibleName(tr("Heads"));
  heads_->setPlaceholderText(tr("all heads, or 3.2, 5.*"));
  heads_->setToolTip(
      tr("LAYER.HEAD, each a number, a range such as 3-5, or *; commas between. Click heads below to add "
         "them."));
  heads_->setClearButtonEnabled(true);
  heads_->findChild<QToolButton*>()->setAccessibleName(tr("Clear the heads"));
  positions_->setObjectName(QStringLiteral("interventionPositions"));
  positions_->setAccessibleName(tr("Positions"));
  positions_->setFixedWidth(40 * kGrid);
  fault_->setObjectName(QStringLiteral("interventionFault"));
  fault_->setWordWrap(true);
  fault_->hide();
  auto* add = new QPushButton(tr("&Add"), this);
  add->setObjectName(QStringLiteral("addIntervention"));

  auto* row = new QHBoxLayout;
  row->setSpacing(kSpacing);
  for (QWidget* part :
       std::initializer_list<QWidget*>{kind_, replacement_, factor_, token_, last_, firstLabel_, first_})
    row->addWidget(part);
  row->addWidget(heads_, 1);
  row->addWidget(positions_);
  row->addStretch();
  row->addWidget(add);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addLayout(row);
  column->addWidget(fault_);

  connect(kind_, &QComboBox::currentIndexChanged, this, &InterventionBar::arrange);
  connect(replacement_, &QComboBox::currentIndexChanged, this, &InterventionBar::arrange);
  connect(add, &QPushButton::clicked, this, &InterventionBar::take);
  for (QLineEdit* edit : {token_, heads_, positions_})
    connect(edit, &QLineEdit::returnPressed, this, &InterventionBar::take);
  arrange();
}

void InterventionBar::arrange() {
  const QString kind = kind_->currentData().toString();
  const bool ofValue = kind == QLatin1String("value"), replaces = ofValue || kind == QLatin1String("remove");
  const bool ofHeads = replaces || isOneOf(kind, {"hide", "off-by-one"}), cache = kind == QLatin1String("window");
  replacement_->setVisible(replaces);
  factor_->setVisible(ofValue && replacement_->currentData() == kFactor);
  token_->setVisible(isOneOf(kind, {"first", "prepend"}));
  for (QWidget* part : std::initializer_list<QWidget*>{last_, firstLabel_, first_}) part->setVisible(cache);
  heads_->setVisible(ofHeads);
  positions_->setVisible(ofHeads);
  positions_->setPlaceholderText(ofValue ? tr("token 0, or 3, 5-9") : tr("all queries, or 4-9"));
  positions_->setToolTip(ofValue ? tr("Tokens whose value is replaced, <bos> counted")
                                 : tr("Queries that it is done to, <bos> counted"));
  fault_->hide();
}

QString InterventionBar::notation() const {
  const QString kind = kind_->currentData().toString();
  if (isOneOf(kind, {"first", "prepend"})) return kind + QLatin1Char('=') + token_->text();
  if (kind == QLatin1String("window"))
    return first_->value() > 0 ? QStringLiteral("window=%1+%2").arg(last_->value()).arg(first_->value())
                               : QStringLiteral("window=%1").arg(last_->value());
  QString text = kind;
  if (!replacement_->isHidden()) {
    const QString how = replacement_->currentData().toString();
    text += QLatin1Char('=') + (how == kFactor ? QString::number(factor_->value()) : how);
  }
  const auto listed = [](const QLineEdit* edit) { return edit->text().remove(QLatin1Char(' ')); };
  if (!listed(heads_).isEmpty()) text += QLatin1Char(':') + listed(heads_);
  if (!listed(positions_).isEmpty()) text += QLatin1Char('@') + listed(positions_);
  return text;
}

void InterventionBar::take() {
  try {
    const Intervention understood = parseIntervention(notation().toStdString());
    fault_->hide();
    emit added(QString::fromStdString(toString(understood)));
  } catch (const Error& error) {
    fault_->setText(QString::fromUtf8(error.what()));
    fault_->show();
  }
}

void InterventionBar::addHeads(const QString& heads) {
  heads_->setText(heads_->text().isEmpty() ? heads : heads_->text() + QStringLiteral(", ") + heads);
}

}  // namespace sinkscope
