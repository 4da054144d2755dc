#include "app/export_dialog.h"

#include "app/appearance.h"
#include "app/figure_style_form.h"
#include "app/figures.h"
#include "app/notice.h"
#include "core/error.h"
#include "widgets/animation.h"
#include "widgets/figure_caption.h"
#include "widgets/figure_formats.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <exception>
#include <utility>

namespace sinkscope {
namespace {

constexpr double kPointsAnInch = 72;
constexpr double kLeastScreenDpi = 50, kMostScreenDpi = 400;  // what a screen can truly have

bool isPicture(const QString& format) {
  return format != QLatin1String("csv") && format != QLatin1String("npz");
}

/// Gives the labels of several forms, one above the other, one width.
void alignLabels(const std::vector<QFormLayout*>& forms) {
  std::vector<QWidget*> labels;
  int widest = 0;
  for (const QFormLayout* form : forms) {
    for (int row = 0; row < form->rowCount(); ++row) {
      const QLayoutItem* item = form->itemAt(row, QFormLayout::LabelRole);
      if (!item || !item->widget()) continue;
      labels.push_back(item->widget());
      widest = std::max(widest, item->widget()->sizeHint().width());
    }
  }
  for (QWidget* label : labels) label->setMinimumWidth(widest);
}

/// Dots an inch of a widget's screen; what the desktop says where the screen tells nonsense.
double screenDpi(const QWidget& widget) {
  const double physical = widget.screen()->physicalDotsPerInch();
  const bool isSane = physical >= kLeastScreenDpi && physical <= kMostScreenDpi;
  return isSane ? physical : widget.screen()->logicalDotsPerInch();
}

}  // namespace

ExportDialog::ExportDialog(std::vector<PageFigure> figures, Settings& settings, ColourMap colours, QWidget* parent)
    : QDialog(parent),
      figures_(std::move(figures)),
      settings_(settings),
      figure_(new QComboBox),
      format_(new QComboBox),
      presets_(new QComboBox),
      form_(new FigureStyleForm),
      dpi_(new QDoubleSpinBox),
      caption_(new QCheckBox(tr("Write a &caption beside it (.txt, LaTeX)"))),
      trueSize_(new QCheckBox(tr("T&rue size"))),
      size_(new QLabel),
      room_(new QScrollArea),
      preview_(new QLabel),
      notice_(new Notice) {
  setWindowTitle(tr("Export a figure"));
  for (const PageFigure& figure : figures_) figure_->addItem(figure.name);
  dpi_->setRange(30, 2400);
  dpi_->setDecimals(0);
  dpi_->setSuffix(tr(" dpi"));
  dpi_->setValue(settings_.dpi());
  caption_->setChecked(settings_.figureCaption());
  offerFormats();
  offerPresets();
  layOut();
  FigureStyle style = settings_.figureStyle();
  style.colourMap = colours;
  style.title = figure().drawing.title;
  form_->setStyle(style);
  wire();
  refresh();
}

void ExportDialog::layOut() {
  preview_->setAlignment(Qt::AlignCenter);
  preview_->setAccessibleName(tr("Preview of the figure"));
  preview_->setAccessibleDescription(tr("As it will be written, in black on white"));
  room_->setWidget(preview_);
  room_->setWidgetResizable(true);
  room_->setAlignment(Qt::AlignCenter);
  room_->setFrameShape(QFrame::NoFrame);
  room_->setMinimumSize(360, 300);

  auto* top = new QFormLayout;
  top->setVerticalSpacing(kSpacing);
  top->setHorizontalSpacing(kMargin);
  top->addRow(tr("&Figure"), figure_);
  auto* formatRow = new QHBoxLayout;
  formatRow->setSpacing(kSpacing);
  formatRow->addWidget(format_);
  formatRow->addWidget(dpi_);
  formatRow->addStretch();
  top->addRow(tr("For&mat"), formatRow);
  static_cast<QLabel*>(top->labelForField(formatRow))->setBuddy(format_);
  dpi_->setAccessibleName(tr("Resolution"));
  top->addRow(tr("Pre&set"), presetRow());
  alignLabels({top, qobject_cast<QFormLayout*>(form_->layout())});
  auto* left = new QVBoxLayout;
  left->setSpacing(kMargin);
  left->addLayout(top);
  left->addWidget(form_);
  left->addWidget(caption_);
  left->addStretch();
  auto* under = new QHBoxLayout;
  under->addWidget(size_);
  under->addStretch();
  under->addWidget(trueSize_);
  auto* right = new QVBoxLayout;
  right->setSpacing(kSpacing);
  right->addWidget(room_, 1);
  right->addLayout(under);
  auto* middle = new QHBoxLayout;
  middle->setSpacing(kMargin);
  middle->addLayout(left);
  middle->addLayout(right, 1);

  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Close);
  QPushButton* all = buttons->addButton(tr("Save &all…"), QDialogButtonBox::ActionRole);
  all->setObjectName(QStringLiteral("saveAll"));
  all->setToolTip(tr("Every figure of this page, in this format and style, into one folder"));
  all->setEnabled(figures_.size() > 1);
  all->setAutoDefault(false);
  auto* bottom = new QHBoxLayout;
  bottom->addWidget(copyButton());
  bottom->addWidget(buttons, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  column->setSpacing(kMargin);
  column->addLayout(middle, 1);
  column->addWidget(notice_);
  column->addLayout(bottom);
  connect(buttons->button(QDialogButtonBox::Save), &QPushButton::clicked, this, &ExportDialog::save);
  connect(all, &QPushButton::clicked, this, &ExportDialog::saveAll);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

QToolButton* ExportDialog::copyButton() {
  auto* copy = new QToolButton;
  copy->setText(tr("Cop&y"));
  copy->setPopupMode(QToolButton::InstantPopup);
  copy->setToolButtonStyle(Qt::ToolButtonTextOnly);
  auto* menu = new QMenu(copy);
  menu->addAction(tr("As an &image"), this, &ExportDialog::copyImage);
  menu->addAction(tr("As &SVG"), this, &ExportDialog::copySvg);
  menu->addAction(tr("The numbers as a &table"), this, &ExportDialog::copyTable);
  copy->setMenu(menu);
  return copy;
}

QWidget* ExportDialog::presetRow() {
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kSpacing);
  presets_->setAccessibleName(tr("Preset"));
  presets_->setToolTip(tr("A style that was kept: all but the title and the part that is drawn"));
  auto* keep = new QPushButton(tr("&Keep…"));
  keep->setToolTip(tr("Keep this style under a name"));
  auto* forget = new QPushButton(tr("For&get"));
  forget->setObjectName(QStringLiteral("forgetPreset"));
  for (QPushButton* button : {keep, forget}) button->setAutoDefault(false);
  layout->addWidget(presets_, 1);
  layout->addWidget(keep);
  layout->addWidget(forget);
  connect(keep, &QPushButton::clicked, this, &ExportDialog::askForPreset);
  connect(forget, &QPushButton::clicked, this, [this] {
    settings_.setFigurePreset(presets_->currentText(), {});
    offerPresets();
  });
  connect(presets_, &QComboBox::currentIndexChanged, forget, [forget](int index) { forget->setEnabled(index > 0); });
  forget->setEnabled(false);
  return row;
}

void ExportDialog::wire() {
  later_.setSingleShot(true);
  later_.setInterval(60);
  connect(&later_, &QTimer::timeout, this, &ExportDialog::updatePreview);
  playing_.setInterval(kFrameMs);
  connect(&playing_, &QTimer::timeout, this, [this] {
    ++frame_;
    updatePreview();
  });
  connect(figure_, &QComboBox::currentIndexChanged, this, [this] {
    offerFormats();
    form_->setTitle(figure().drawing.title);
    refresh();
  });
  connect(presets_, &QComboBox::activated, this, [this](int index) {
    if (index > 0) usePreset(presets_->itemText(index));
  });
  connect(format_, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
  connect(trueSize_, &QCheckBox::toggled, this, &ExportDialog::refresh);
  connect(form_, &FigureStyleForm::styleChanged, this, &ExportDialog::refresh);
}

const PageFigure& ExportDialog::figure() const {
  return figures_[static_cast<std::size_t>(figure_->currentIndex())];
}

QString ExportDialog::format() const {
  return format_->currentText();
}

FigureStyle ExportDialog::style() const {
  return form_->style();
}

const FigureDrawing& ExportDialog::shownDrawing() const {
  return moves() ? figure().frames[frame_ % figure().frames.size()] : figure().drawing;
}

void ExportDialog::offerFormats() {
  QStringList formats = figureFormats();
  if (figure().frames.empty()) formats.removeAll(QStringLiteral("gif"));
  const QString chosen = format();
  const QSignalBlocker quiet(format_);
  format_->clear();
  format_->addItems(formats);
  format_->setCurrentIndex(std::max<int>(0, static_cast<int>(formats.indexOf(chosen))));
}

void ExportDialog::offerPresets() {
  const QSignalBlocker quiet(presets_);
  presets_->clear();
  presets_->addItem(tr("None"));
  presets_->addItems(settings_.figurePresets());
}

QString ExportDialog::suggestedName() const {
  return figure().name + '.' + format();
}

void ExportDialog::refresh() {
  form_->setEnabled(isPicture(format()));
  caption_->setEnabled(isPicture(format()));
  dpi_->setVisible(format() == QLatin1String("png") || format() == QLatin1String("tiff"));
  const bool plays = moves() && isAnimated(*this);
  if (plays && !playing_.isActive()) playing_.start();
  if (!plays) playing_.stop();
  if (moves() && !plays) frame_ = figure().frames.size() - 1;
  later_.start();
}

void ExportDialog::updatePreview() {
  const FigureStyle shown = style();
  const QSizeF points = figureSize(shownDrawing(), shown);
  size_->setText(
      tr("%1 × %2 mm").arg(shown.widthMm, 0, 'f', 1).arg(points.height() / points.width() * shown.widthMm, 0, 'f', 1));
  const double ratio = devicePixelRatioF();
  const QSizeF room = room_->viewport()->size() * ratio;
  const double fitting = kPointsAnInch * std::min(room.width() / points.width(), room.height() / points.height());
  QImage image = renderFigure(shownDrawing(), shown, trueSize_->isChecked() ? screenDpi(*this) * ratio : fitting);
  image.setDevicePixelRatio(ratio);
  preview_->setPixmap(QPixmap::fromImage(image));
}

void ExportDialog::resizeEvent(QResizeEvent* event) {
  QDialog::resizeEvent(event);
  later_.start();
}

bool ExportDialog::attempt(const QString& path, const std::function<void()>& write) {
  notice_->clear();
  try {
    write();
  } catch (const std::exception& error) {
    notice_->showError(QString::fromUtf8(error.what()), path);
    return false;
  }
  settings_.setFigureStyle(style());
  settings_.setDpi(dpi_->value());
  settings_.setFigureCaption(caption_->isChecked());
  return true;
}

bool ExportDialog::writeTo(const QString& path) {
  return attempt(path, [&] {
    writeFigure(figure(), style(), path, dpi_->value());
    if (caption_->isChecked() && isPicture(format())) writeCaption(figure().drawing, style(), path);
    settings_.setFolder(QStringLiteral("figures"), path);
  });
}

bool ExportDialog::writeAllTo(const QString& folder) {
  return attempt(folder, [&] {
    FigureStyle each = style();
    each.title.clear();  // each has its own
    for (const QString& path : writeFigures(figures_, folder, {format()}, each, dpi_->value())) {
      settings_.setFolder(QStringLiteral("figures"), path);
    }
    for (const PageFigure& figure : figures_) {
      if (caption_->isChecked() && isPicture(format()))
        writeCaption(figure.drawing, each, QDir(folder).filePath(figure.name + '.' + format()));
    }
  });
}

void ExportDialog::save() {
  const QString suggestion = QDir(settings_.folder(QStringLiteral("figures"))).filePath(suggestedName());
  const QString filter = tr("%1 files (*.%2)").arg(format().toUpper(), format());
  QString path = QFileDialog::getSaveFileName(this, tr("Save the figure"), suggestion, filter);
  if (path.isEmpty()) return;
  if (!path.endsWith('.' + format())) path += '.' + format();
  if (writeTo(path)) accept();
}

void ExportDialog::saveAll() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Save every figure into a folder"),
                                                           settings_.folder(QStringLiteral("figures")));
  if (!folder.isEmpty() && writeAllTo(folder)) accept();
}

void ExportDialog::copyImage() {
  QGuiApplication::clipboard()->setImage(renderFigure(figure().drawing, style(), dpi_->value()));
}

void ExportDialog::copySvg() {
  const QByteArray svg = svgOf(figure().drawing, style());
  auto* data = new QMimeData;
  data->setData(QStringLiteral("image/svg+xml"), svg);
  data->setText(QString::fromUtf8(svg));
  QGuiApplication::clipboard()->setMimeData(data);
}

void ExportDialog::copyTable() {
  const QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("table.csv"));
  attempt(path, [&] {
    figure().writeData(path, style().crop);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) throw Error(path.toStdString() + " cannot be read.");
    const QByteArray table = file.readAll();
    auto* data = new QMimeData;
    data->setData(QStringLiteral("text/csv"), table);
    data->setText(QString::fromUtf8(table));
    QGuiApplication::clipboard()->setMimeData(data);
  });
}

void ExportDialog::askForPreset() {
  const QString name = QInputDialog::getText(this, tr("Keep this style"), tr("Name of the preset"));
  if (!name.trimmed().isEmpty()) keepPreset(name.trimmed());
}

void ExportDialog::keepPreset(const QString& name) {
  FigureStyle kept = style();
  kept.title.clear();
  kept.crop = {};
  settings_.setFigurePreset(name, styleJson(kept));
  offerPresets();
  presets_->setCurrentText(name);
}

void ExportDialog::usePreset(const QString& name) {
  const FigureStyle now = style();
  FigureStyle kept = styleOf(settings_.figurePreset(name), now);
  kept.title = now.title;
  kept.crop = now.crop;
  form_->setStyle(kept);
}

}  // namespace sinkscope
