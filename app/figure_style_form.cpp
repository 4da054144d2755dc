#include "app/figure_style_form.h"

#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFontComboBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr double kMmAnInch = 25.4;
constexpr double kLeastMm = 20, kMostMm = 1000;

QDoubleSpinBox* number(const QString& name, double least, double most, int decimals, double step) {
  auto* box = new QDoubleSpinBox;
  box->setRange(least, most);
  box->setDecimals(decimals);
  box->setSingleStep(step);
  box->setAccessibleName(name);
  return box;
}

QWidget* row(std::initializer_list<QWidget*> widgets) {
  auto* all = new QWidget;
  auto* layout = new QHBoxLayout(all);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kSpacing);
  for (QWidget* widget : widgets) layout->addWidget(widget);
  layout->addStretch();
  return all;
}

}  // namespace

RangeEdit::RangeEdit(const QString& name, QWidget* parent) : QLineEdit(parent) {
  setPlaceholderText(tr("all"));
  setAccessibleName(name);
  setToolTip(tr("%1 that are drawn: 3-7, 3-, -7 or 5, counted from 0; nothing means all").arg(name));
  setFixedWidth(fontMetrics().horizontalAdvance(QStringLiteral("000-000")) + 4 * kGrid);
  connect(this, &QLineEdit::textChanged, this, [this](const QString& text) {
    QPalette colours = palette();
    const bool isRange = FigureRange::parse(text).has_value();
    colours.setColor(QPalette::Text, isRange ? themeFor(parentWidget()).text : QColor(0xc6, 0x28, 0x28));
    setPalette(colours);
    if (isRange) emit rangeChanged();
  });
}

FigureRange RangeEdit::range() const {
  return FigureRange::parse(text()).value_or(FigureRange());
}

void RangeEdit::setRange(const FigureRange& range) {
  setText(range.text());
}

FigureStyleForm::FigureStyleForm(QWidget* parent)
    : QWidget(parent),
      column_(new QComboBox),
      width_(number(tr("Width"), kLeastMm, kMostMm, 1, 1)),
      height_(number(tr("Height"), 0, kMostMm, 1, 1)),
      unit_(new QComboBox),
      family_(new QFontComboBox),
      ownFamily_(new QCheckBox(tr("fa&mily"))),
      font_(number(tr("Font size"), 4, 48, 1, 0.5)),
      line_(number(tr("Width of curves"), 0.2, 8, 1, 0.1)),
      colours_(new QComboBox),
      legend_(new QComboBox),
      panel_(new QLineEdit),
      title_(new QLineEdit),
      conventions_(new QCheckBox(tr("Print the &conventions under the figure"))),
      layers_(new RangeEdit(tr("Layers"), this)),
      heads_(new RangeEdit(tr("Heads"), this)),
      tokens_(new RangeEdit(tr("Tokens"), this)) {
  column_->addItem(tr("Other width"));
  for (const auto& [name, mm] : columnWidths()) column_->addItem(QStringLiteral("%1, %2 mm").arg(name).arg(mm), mm);
  column_->setAccessibleName(tr("Column"));
  height_->setSpecialValueText(tr("as it suits"));
  unit_->addItems({tr("mm"), tr("inch")});
  unit_->setAccessibleName(tr("Unit of width and height"));
  family_->setEnabled(false);
  family_->setAccessibleName(tr("Font family"));
  family_->setFixedWidth(40 * kGrid);
  ownFamily_->setToolTip(tr("Another font than the window's"));
  font_->setSuffix(tr(" pt"));
  line_->setSuffix(tr(" pt"));
  colours_->addItems(sequentialColourMapNames());
  legend_->addItems(legendPlaceNames());
  panel_->setPlaceholderText(tr("none"));
  panel_->setFixedWidth(12 * kGrid);
  panel_->setAccessibleName(tr("Panel letter"));
  title_->setPlaceholderText(tr("none"));
  title_->setClearButtonEnabled(true);

  auto* form = new QFormLayout(this);
  form->setContentsMargins(0, 0, 0, 0);
  form->setVerticalSpacing(kSpacing);
  form->setHorizontalSpacing(kMargin);
  form->addRow(tr("Co&lumn"), column_);
  form->addRow(tr("&Width, height"), row({width_, height_, unit_}));
  form->addRow(tr("F&ont"), row({font_, ownFamily_, family_}));
  form->addRow(tr("Cur&ves"), row({line_, new QLabel(tr("legend")), legend_}));
  form->addRow(tr("Colour ma&p"), row({colours_, new QLabel(tr("panel letter")), panel_}));
  form->addRow(tr("&Title"), title_);
  form->addRow(tr("Onl&y"), row({new QLabel(tr("layers")), layers_, new QLabel(tr("heads")), heads_,
                                 new QLabel(tr("tokens")), tokens_}));
  form->addRow(conventions_);
  legend_->setAccessibleName(tr("Place of the legend"));
  colours_->setAccessibleName(tr("Colour map"));

  connect(column_, &QComboBox::activated, this, &FigureStyleForm::followColumn);
  const auto changed = [this] {
    nameColumn();
    if (!setting_) emit styleChanged();
  };
  for (QDoubleSpinBox* box : {width_, height_, font_, line_})
    connect(box, &QDoubleSpinBox::valueChanged, this, changed);
  for (QComboBox* box : {colours_, legend_}) connect(box, &QComboBox::currentIndexChanged, this, changed);
  for (QLineEdit* line : {panel_, title_}) connect(line, &QLineEdit::textChanged, this, changed);
  for (RangeEdit* range : {layers_, heads_, tokens_}) connect(range, &RangeEdit::rangeChanged, this, changed);
  connect(conventions_, &QCheckBox::toggled, this, changed);
  connect(family_, &QFontComboBox::currentFontChanged, this, changed);
  connect(ownFamily_, &QCheckBox::toggled, family_, &QWidget::setEnabled);
  connect(ownFamily_, &QCheckBox::toggled, this, changed);
  connect(unit_, &QComboBox::currentIndexChanged, this, [this](int unit) {
    // The same lengths in the other unit.
    const FigureStyle kept = style();
    const double factor = unit == 0 ? kMmAnInch : 1 / kMmAnInch;
    const double width = width_->value() * factor, height = height_->value() * factor;
    setting_ = true;
    const double a = unit == 0 ? 1 : kMmAnInch;
    width_->setDecimals(unit == 0 ? 1 : 3);
    height_->setDecimals(unit == 0 ? 1 : 3);
    width_->setRange(kLeastMm / a, kMostMm / a);
    height_->setRange(0, kMostMm / a);
    width_->setSingleStep(unit == 0 ? 1 : 0.1);
    height_->setSingleStep(unit == 0 ? 1 : 0.1);
    width_->setValue(width);
    height_->setValue(height);
    setting_ = false;
    emit styleChanged();
  });
}

FigureStyle FigureStyleForm::style() const {
  const double mm = unit_->currentIndex() == 0 ? 1 : kMmAnInch;
  FigureStyle style;
  style.widthMm = width_->value() * mm;
  style.aspect = height_->value() * mm / style.widthMm;
  style.fontPt = font_->value();
  if (ownFamily_->isChecked()) style.family = family_->currentFont().family();
  style.linePt = line_->value();
  style.colourMap = colourMapNamed(colours_->currentText());
  style.legend = static_cast<LegendPlace>(legend_->currentIndex());
  style.panel = panel_->text();
  style.title = title_->text();
  style.conventions = conventions_->isChecked();
  style.crop = {layers_->range(), heads_->range(), tokens_->range()};
  return style;
}

void FigureStyleForm::setStyle(const FigureStyle& style) {
  setting_ = true;
  unit_->setCurrentIndex(0);
  width_->setValue(style.widthMm);
  height_->setValue(style.aspect * style.widthMm);
  font_->setValue(style.fontPt);
  ownFamily_->setChecked(!style.family.isEmpty());
  family_->setCurrentFont(QFont(style.family.isEmpty() ? QGuiApplication::font().family() : style.family));
  line_->setValue(style.linePt);
  colours_->setCurrentText(colourMapName(style.colourMap));
  legend_->setCurrentIndex(static_cast<int>(style.legend));
  panel_->setText(style.panel);
  title_->setText(style.title);
  conventions_->setChecked(style.conventions);
  layers_->setRange(style.crop.layers);
  heads_->setRange(style.crop.heads);
  tokens_->setRange(style.crop.tokens);
  setting_ = false;
  nameColumn();
  emit styleChanged();
}

void FigureStyleForm::setTitle(const QString& title) {
  title_->setText(title);
}

void FigureStyleForm::followColumn() {
  const double mm = column_->currentData().toDouble();
  if (mm > 0) width_->setValue(unit_->currentIndex() == 0 ? mm : mm / kMmAnInch);
}

/// Says which column the width is of.
void FigureStyleForm::nameColumn() {
  const double mm = style().widthMm;
  const auto fits = [&](int item) { return std::abs(column_->itemData(item).toDouble() - mm) < 0.05; };
  // Two venues may share a width: the one that was chosen stays.
  if (column_->currentIndex() > 0 && fits(column_->currentIndex())) return;
  int named = 0;
  for (int item = column_->count() - 1; item > 0; --item)
    if (fits(item)) named = item;
  column_->setCurrentIndex(named);
}

}  // namespace sinkscope
