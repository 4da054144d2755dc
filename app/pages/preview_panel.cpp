#include "app/pages/preview_panel.h"

#include "app/pages/layout_parts.h"
#include "core/runs/run_preview.h"
#include "widgets/layer_map.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

namespace sinkscope {
namespace {

constexpr int kPage = 64;          // cells a side of a table
constexpr int kPictureSide = 256;  // and of a picture

QSpinBox* placeBox(const char* name, int step, QWidget* parent) {
  auto* box = new QSpinBox(parent);
  box->setObjectName(QString::fromLatin1(name));
  box->setSingleStep(step);
  box->setKeyboardTracking(false);
  return box;
}

int clipped(std::uint64_t value) {
  return static_cast<int>(std::min<std::uint64_t>(value, std::numeric_limits<int>::max()));
}

QString axisName(const RunPreview& preview, std::size_t axis) {
  return axis < preview.axes.size() ? QString::fromStdString(preview.axes[axis]) : QObject::tr("axis %1").arg(axis);
}

}  // namespace

void PreviewTable::setPreview(const RunPreviewPtr& preview) {
  beginResetModel();
  preview_ = preview;
  endResetModel();
}

int PreviewTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !preview_ ? 0 : static_cast<int>(preview_->numbers.extent(0));
}

int PreviewTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() || !preview_ ? 0 : static_cast<int>(preview_->numbers.extent(1));
}

QVariant PreviewTable::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto row = static_cast<std::size_t>(index.row()), column = static_cast<std::size_t>(index.column());
  const bool isText = !preview_->texts.empty() && !preview_->texts[row][column].empty();
  if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignVCenter | (isText ? Qt::AlignLeft : Qt::AlignRight));
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  if (isText) return QString::fromStdString(preview_->texts[row][column]);
  return QString::number(preview_->numbers(row, column), 'g', role == Qt::ToolTipRole ? 17 : 6);
}

QVariant PreviewTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole || !preview_ || section < 0) return {};
  if (orientation == Qt::Vertical) return static_cast<qlonglong>(preview_->firstRow + section);
  const auto at = static_cast<std::size_t>(section);
  if (at < preview_->fields.size()) return QString::fromStdString(preview_->fields[at]);
  return preview_->shape.size() < 2 ? QVariant(tr("value"))
                                    : QVariant(static_cast<qlonglong>(preview_->firstColumn + section));
}

PreviewPanel::PreviewPanel(QWidget* parent)
    : QWidget(parent),
      form_(new QComboBox(this)),
      places_(new QHBoxLayout),
      row_(placeBox("previewRow", kPage, this)),
      column_(placeBox("previewColumn", kPage, this)),
      words_(new QLabel(this)),
      views_(new QStackedWidget(this)),
      cells_(new PreviewTable(this)),
      table_(new QTableView(this)),
      picture_(new LayerMap(this)),
      text_(new QPlainTextEdit(this)),
      nothing_(new QLabel(tr("Choose a dataset to look into it"), this)) {
  form_->setObjectName(QStringLiteral("previewForm"));
  form_->setAccessibleName(tr("How the dataset is shown"));
  form_->addItems({tr("table"), tr("picture")});
  row_->setAccessibleName(tr("First row"));
  column_->setAccessibleName(tr("First column"));
  words_->setObjectName(QStringLiteral("previewWords"));
  words_->setFont(themeFor(this).caption);
  table_->setObjectName(QStringLiteral("previewTable"));
  table_->setAccessibleName(tr("Values of the dataset"));
  table_->setModel(cells_);
  table_->setFrameShape(QFrame::NoFrame);
  table_->verticalHeader()->setDefaultSectionSize(QFontMetrics(font()).height() + kGrid);
  picture_->setObjectName(QStringLiteral("previewPicture"));
  picture_->setAccessibleName(tr("The dataset as a picture"));
  text_->setObjectName(QStringLiteral("previewText"));
  text_->setAccessibleName(tr("The dataset as a text"));
  text_->setReadOnly(true);
  nothing_->setAlignment(Qt::AlignCenter);
  for (QWidget* view : std::initializer_list<QWidget*>{nothing_, table_, picture_, text_}) views_->addWidget(view);

  auto* top = new QHBoxLayout;
  top->setSpacing(kSpacing);
  top->addWidget(form_);
  top->addLayout(places_);
  addLabelled(*top, tr("&row"), row_);
  addLabelled(*top, tr("co&lumn"), column_);
  top->addStretch(1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addLayout(top);
  column->addWidget(views_, 1);
  column->addWidget(words_);
  connect(form_, &QComboBox::currentIndexChanged, this, &PreviewPanel::ask);
  for (QSpinBox* box : {row_, column_}) connect(box, &QSpinBox::valueChanged, this, &PreviewPanel::ask);
  setDataset({});
}

bool PreviewPanel::isPicture() const {
  return form_->currentIndex() == 1;
}

void PreviewPanel::setDataset(const QString& path) {
  dataset_ = path;
  preview_.reset();
  cells_->setPreview(nullptr);
  words_->clear();
  views_->setCurrentWidget(nothing_);
  for (QSpinBox* box : leading_) box->deleteLater();
  leading_.clear();
  while (QLayoutItem* item = places_->takeAt(0)) {
    if (item->widget()) item->widget()->deleteLater();
    delete item;
  }
  for (QSpinBox* box : {row_, column_}) {
    const QSignalBlocker quiet(box);
    box->setValue(0);
  }
  for (QWidget* control : std::initializer_list<QWidget*>{form_, row_, column_}) control->setEnabled(!path.isEmpty());
  if (!path.isEmpty()) ask();
}

void PreviewPanel::ask() {
  if (dataset_.isEmpty()) return;
  RunPreviewQuery query;
  query.dataset = dataset_.toStdString();
  for (const QSpinBox* box : leading_) query.leading.push_back(static_cast<std::uint64_t>(box->value()));
  query.row = static_cast<std::uint64_t>(row_->value());
  query.column = static_cast<std::uint64_t>(column_->value());
  query.rows = query.columns = static_cast<std::uint64_t>(isPicture() ? kPictureSide : kPage);
  emit wanted(query);
}

void PreviewPanel::fitLeading(const RunPreview& preview) {
  for (std::size_t axis = leading_.size(); axis < preview.query.leading.size(); ++axis) {
    QSpinBox* box = placeBox("previewLeading", 1, this);
    box->setRange(0, clipped(preview.shape[axis] > 0 ? preview.shape[axis] - 1 : 0));
    box->setAccessibleName(axisName(preview, axis));
    places_->addWidget(new QLabel(axisName(preview, axis), this));
    places_->addWidget(box);
    leading_.push_back(box);
    connect(box, &QSpinBox::valueChanged, this, &PreviewPanel::ask);
  }
}

void PreviewPanel::setPreview(const RunPreviewPtr& preview) {
  if (preview->query.dataset != dataset_.toStdString()) return;
  preview_ = preview;
  fitLeading(*preview);
  const bool isMatrix = preview->shape.size() >= 2 && preview->texts.empty();
  form_->setEnabled(isMatrix);
  cells_->setPreview(preview);
  text_->setPlainText(QString::fromStdString(preview->text));
  if (!preview->text.empty())
    views_->setCurrentWidget(text_);
  else if (isMatrix && isPicture())
    views_->setCurrentWidget(picture_);
  else
    views_->setCurrentWidget(table_);
  showPlace();
  if (views_->currentWidget() == picture_) drawPicture();
}

void PreviewPanel::showPlace() {
  const RunPreview& preview = *preview_;
  const auto fit = [](QSpinBox* box, std::uint64_t at, std::uint64_t all, std::uint64_t shown) {
    const QSignalBlocker quiet(box);
    box->setRange(0, clipped(all > 0 ? all - 1 : 0));
    box->setValue(clipped(at));
    box->setEnabled(shown < all);
  };
  fit(row_, preview.query.row, preview.rows, preview.numbers.extent(0));
  fit(column_, preview.query.column, preview.columns, preview.numbers.extent(1));
  words_->setText(!preview.text.empty() ? tr("%1 bytes").arg(preview.shape.front())
                                        : tr("%1 of %2 rows, %3 of %4 columns")
                                              .arg(preview.numbers.extent(0))
                                              .arg(preview.rows)
                                              .arg(preview.numbers.extent(1))
                                              .arg(preview.columns));
}

void PreviewPanel::drawPicture() {
  const RunPreview& preview = *preview_;
  LayerMapData data;
  data.values = {static_cast<int>(preview.numbers.extent(0)), static_cast<int>(preview.numbers.extent(1)), {}};
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double value : preview.numbers.values()) {
    data.values.values.push_back(static_cast<float>(value));
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  for (int row = 0; row < data.values.rows; ++row) data.rows << QString::number(preview.firstRow + row);
  for (int column = 0; column < data.values.columns; ++column)
    data.columns << QString::number(preview.firstColumn + column);
  if (!(low <= high)) low = high = 0.0;
  if (low == high) high = low + 1.0;
  const std::size_t axes = preview.shape.size();
  picture_->setScale({.map = colours_, .minimum = low, .maximum = high});
  picture_->setScaleLabel(QString::fromStdString(preview.query.dataset));
  picture_->setAxisTitles(axisName(preview, axes - 1), axisName(preview, axes - 2));
  picture_->setData(std::move(data));
}

void PreviewPanel::setColourMap(ColourMap map) {
  colours_ = map;
  if (preview_ && views_->currentWidget() == picture_) drawPicture();
}

}  // namespace sinkscope
