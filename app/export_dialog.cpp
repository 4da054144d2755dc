#include "app/export_dialog.h"

#include "app/figures.h"
#include "app/notice.h"
#include "widgets/animation.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <exception>
#include <utility>

namespace sinkscope {
namespace {

constexpr double kPointsAnInch = 72;

QDoubleSpinBox* number(double least, double most, double value, const QString& unit, int decimals) {
  auto* box = new QDoubleSpinBox;
  box->setRange(least, most);
  box->setDecimals(decimals);
  box->setSuffix(' ' + unit);
  box->setValue(value);
  return box;
}

}  // namespace

ExportDialog::ExportDialog(std::vector<PageFigure> figures, Settings& settings, ColourMap colours, QWidget* parent)
    : QDialog(parent),
      figures_(std::move(figures)),
      settings_(settings),
      figure_(new QComboBox),
      format_(new QComboBox),
      column_(new QComboBox),
      colours_(new QComboBox),
      title_(new QLineEdit),
      conventions_(new QCheckBox(tr("Print the &conventions under the figure"))),
      size_(new QLabel),
      preview_(new QLabel),
      notice_(new Notice) {
  setWindowTitle(tr("Export a figure"));
  const FigureStyle last = settings_.figureStyle();
  width_ = number(20, 1000, last.widthMm, tr("mm"), 1);
  font_ = number(4, 48, last.fontPt, tr("pt"), 1);
  dpi_ = number(30, 2400, settings_.dpi(), tr("dpi"), 0);
  for (const PageFigure& figure : figures_) figure_->addItem(figure.name);
  format_->addItems({"pdf", "svg", "png", "csv"});
  column_->addItem(tr("Other width"), width_->value());
  for (const auto& [name, mm] : columnWidths()) column_->addItem(QStringLiteral("%1, %2 mm").arg(name).arg(mm), mm);
  colours_->addItems(sequentialColourMapNames());
  colours_->setCurrentText(colourMapName(colours));
  conventions_->setChecked(last.conventions);
  preview_->setAlignment(Qt::AlignCenter);
  preview_->setMinimumSize(420, 320);
  preview_->setAccessibleName(tr("Preview of the figure"));

  auto* form = new QFormLayout;
  form->setVerticalSpacing(kSpacing);
  form->addRow(tr("&Figure"), figure_);
  form->addRow(tr("For&mat"), format_);
  form->addRow(tr("Co&lumn"), column_);
  form->addRow(tr("&Width"), width_);
  form->addRow(tr("F&ont size"), font_);
  form->addRow(tr("&Resolution"), dpi_);
  form->addRow(tr("Colour ma&p"), colours_);
  form->addRow(tr("&Title"), title_);
  form->addRow(conventions_);
  form->addRow(size_);
  auto* top = new QHBoxLayout;
  top->setSpacing(kMargin);
  top->addLayout(form);
  top->addWidget(preview_, 1);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Close);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  all->setSpacing(kMargin);
  all->addLayout(top, 1);
  all->addWidget(notice_);
  all->addWidget(buttons);

  later_.setSingleShot(true);
  later_.setInterval(60);
  connect(&later_, &QTimer::timeout, this, &ExportDialog::updatePreview);
  connect(buttons->button(QDialogButtonBox::Save), &QPushButton::clicked, this, &ExportDialog::save);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  playing_.setInterval(kFrameMs);
  connect(&playing_, &QTimer::timeout, this, [this] {
    ++frame_;
    updatePreview();
  });
  connect(figure_, &QComboBox::currentIndexChanged, this, [this] {
    offerFormats();
    title_->setText(figure().drawing.title);
  });
  connect(column_, &QComboBox::activated, this, [this] { width_->setValue(column_->currentData().toDouble()); });
  for (QComboBox* box : {figure_, format_, colours_}) {
    connect(box, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
  }
  for (QDoubleSpinBox* box : {width_, font_, dpi_}) {
    connect(box, &QDoubleSpinBox::valueChanged, this, &ExportDialog::refresh);
  }
  connect(title_, &QLineEdit::textChanged, this, &ExportDialog::refresh);
  connect(conventions_, &QCheckBox::toggled, this, &ExportDialog::refresh);
  title_->setText(figure().drawing.title);
  offerFormats();
  refresh();
}

const PageFigure& ExportDialog::figure() const {
  return figures_[static_cast<std::size_t>(figure_->currentIndex())];
}

QString ExportDialog::format() const {
  return format_->currentText();
}

const FigureDrawing& ExportDialog::shownDrawing() const {
  return moves() ? figure().frames[frame_ % figure().frames.size()] : figure().drawing;
}

void ExportDialog::offerFormats() {
  const int gif = format_->findText(QStringLiteral("gif"));
  if (figure().frames.empty() && gif >= 0) format_->removeItem(gif);
  if (!figure().frames.empty() && gif < 0) format_->addItem(QStringLiteral("gif"));
}

QString ExportDialog::suggestedName() const {
  return figure().name + '.' + format();
}

FigureStyle ExportDialog::style() const {
  FigureStyle style;
  style.widthMm = width_->value();
  style.fontPt = font_->value();
  style.colourMap = colourMapNamed(colours_->currentText());
  style.title = title_->text();
  style.conventions = conventions_->isChecked();
  return style;
}

void ExportDialog::refresh() {
  const bool drawn = format() != QLatin1String("csv");
  for (QWidget* box : std::initializer_list<QWidget*>{column_, width_, font_, colours_, title_, conventions_}) {
    box->setEnabled(drawn);
  }
  dpi_->setEnabled(format() == QLatin1String("png"));
  if (moves() && !playing_.isActive()) playing_.start();
  if (!moves()) playing_.stop();
  int named = 0;
  for (int i = 1; i < column_->count(); ++i) {
    if (qFuzzyCompare(column_->itemData(i).toDouble(), width_->value())) named = named ? named : i;
  }
  // Two venues may share a width: the one that was chosen stays.
  if (column_->currentIndex() == 0 || !qFuzzyCompare(column_->currentData().toDouble(), width_->value()))
    column_->setCurrentIndex(named);
  if (named == 0) column_->setItemData(0, width_->value());
  later_.start();
}

void ExportDialog::updatePreview() {
  const QSizeF points = figureSize(shownDrawing(), style());
  size_->setText(tr("%1 × %2 mm")
                     .arg(width_->value(), 0, 'f', 1)
                     .arg(points.height() / points.width() * width_->value(), 0, 'f', 1));
  const QSizeF room = preview_->size() * devicePixelRatioF();
  const double scale = std::min(room.width() / points.width(), room.height() / points.height());
  QImage image = renderFigure(shownDrawing(), style(), scale * kPointsAnInch);
  image.setDevicePixelRatio(devicePixelRatioF());
  preview_->setPixmap(QPixmap::fromImage(image));
}

void ExportDialog::resizeEvent(QResizeEvent* event) {
  QDialog::resizeEvent(event);
  later_.start();
}

bool ExportDialog::writeTo(const QString& path) {
  notice_->clear();
  try {
    writeFigure(figure(), style(), path, dpi_->value());
  } catch (const std::exception& error) {
    notice_->showError(QString::fromUtf8(error.what()), path);
    return false;
  }
  settings_.setFigureStyle(style());
  settings_.setDpi(dpi_->value());
  settings_.setFolder(QStringLiteral("figures"), path);
  return true;
}

void ExportDialog::save() {
  const QString suggestion = QDir(settings_.folder(QStringLiteral("figures"))).filePath(suggestedName());
  const QString filter = tr("%1 files (*.%2)").arg(format().toUpper(), format());
  QString path = QFileDialog::getSaveFileName(this, tr("Save the figure"), suggestion, filter);
  if (path.isEmpty()) return;
  if (!path.endsWith('.' + format())) path += '.' + format();
  if (writeTo(path)) accept();
}

}  // namespace sinkscope
