#include "app/model_table.h"

#include "app/plain_table.h"
#include "core/byte_text.h"
#include "widgets/theme.h"

#include <QGuiApplication>
#include <QHeaderView>
#include <QPalette>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <array>

namespace sinkscope {
namespace {

struct ColumnTexts {
  const char* title;
  const char* tip;
};

constexpr std::array<ColumnTexts, ModelTable::ColumnCount> kColumns{
    {{QT_TR_NOOP("Name"), QT_TR_NOOP("As its program calls it")},
     {QT_TR_NOOP("Source"), QT_TR_NOOP("Whose folder it lies in")},
     {QT_TR_NOOP("Family"), QT_TR_NOOP("How the model is built")},
     {QT_TR_NOOP("Type"), QT_TR_NOOP("What most of its weights are stored as")},
     {QT_TR_NOOP("Size"), QT_TR_NOOP("Parameters")},
     {QT_TR_NOOP("Context"), QT_TR_NOOP("Tokens that it was trained for")},
     {QT_TR_NOOP("On disk"), QT_TR_NOOP("Its files of weights")},
     {QT_TR_NOOP("Memory here"), QT_TR_NOOP("What its weights take once they are loaded")},
     {QT_TR_NOOP("Status"), QT_TR_NOOP("Whether it can be opened, and fits into this machine's memory")}}};

bool isNumber(int column) {
  return column == ModelTable::Size || column == ModelTable::Context || column == ModelTable::OnDisk ||
         column == ModelTable::Memory;
}

QVariant alignmentOf(int column) {
  return QVariant(Qt::AlignVCenter | (isNumber(column) ? Qt::AlignRight : Qt::AlignLeft));
}

qlonglong numberOf(const ModelListing& model, int column) {
  switch (column) {
    case ModelTable::Size:
      return model.parameters;
    case ModelTable::Context:
      return model.contextLength;
    case ModelTable::OnDisk:
      return static_cast<qlonglong>(model.found.bytes);
    default:
      return model.memory;
  }
}

QString textOf(const ModelListing& model, int column) {
  if (isNumber(column)) {
    const qlonglong number = numberOf(model, column);
    if (number == 0) return QStringLiteral("–");
    if (column == ModelTable::Context) return QString::number(number);
    if (column == ModelTable::Size) return QString::fromStdString(parametersText(number));
    return QString::fromStdString(bytesText(static_cast<std::uint64_t>(number)));
  }
  switch (column) {
    case ModelTable::Name:
      return QString::fromStdString(model.found.name);
    case ModelTable::Source:
      return QString::fromStdString(titleOf(model.found.source));
    case ModelTable::Family:
      return model.family.empty() ? QStringLiteral("–") : QString::fromStdString(model.family);
    case ModelTable::Type:
      return model.weightType.empty() ? QStringLiteral("–") : QString::fromStdString(model.weightType);
    default:
      return QString::fromStdString(stateText(model));
  }
}

/// The path, and what is wrong with it.
QString tipOf(const ModelListing& model) {
  const QString path = QString::fromStdString(model.found.path.string());
  return model.problem.empty() ? path : path + QLatin1Char('\n') + QString::fromStdString(model.problem);
}

QSortFilterProxyModel* sorting(const QTableView& view) {
  return static_cast<QSortFilterProxyModel*>(view.model());
}

}  // namespace

void ModelTable::clear() {
  beginResetModel();
  models_.clear();
  endResetModel();
}

void ModelTable::add(const ModelListing& model) {
  const int row = rowCount();
  beginInsertRows({}, row, row);
  models_.push_back(model);
  endInsertRows();
}

int ModelTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(models_.size());
}

int ModelTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant ModelTable::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const ModelListing& model = models_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return textOf(model, index.column());
    case kSortRole:
      return isNumber(index.column()) ? QVariant(numberOf(model, index.column()))
                                      : QVariant(textOf(model, index.column()));
    case Qt::ToolTipRole:
      return tipOf(model);
    case Qt::TextAlignmentRole:
      return alignmentOf(index.column());
    case Qt::ForegroundRole:
      return model.opens() ? QVariant() : QGuiApplication::palette().brush(QPalette::PlaceholderText);
    default:
      return {};
  }
}

QVariant ModelTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
  const ColumnTexts& texts = kColumns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return tr(texts.title);
  if (role == Qt::ToolTipRole) return tr(texts.tip);
  if (role == Qt::TextAlignmentRole) return alignmentOf(section);
  return {};
}

QTableView* modelView(ModelTable* table, QWidget* parent) {
  auto* rows = new QSortFilterProxyModel(parent);
  rows->setSourceModel(table);
  rows->setSortRole(ModelTable::kSortRole);
  rows->setSortCaseSensitivity(Qt::CaseInsensitive);
  rows->setFilterCaseSensitivity(Qt::CaseInsensitive);
  rows->setFilterKeyColumn(-1);
  QTableView* view = plainTable(parent);
  view->setModel(rows);
  view->setSortingEnabled(true);
  view->sortByColumn(ModelTable::Name, Qt::AscendingOrder);
  view->setSelectionMode(QAbstractItemView::SingleSelection);
  QHeaderView* header = view->horizontalHeader();
  header->setSectionResizeMode(QHeaderView::ResizeToContents);
  header->setSectionResizeMode(ModelTable::Name, QHeaderView::Stretch);
  return view;
}

void filterModels(QTableView& view, const QString& text) {
  sorting(view)->setFilterFixedString(text);
}

int currentModel(const QTableView& view) {
  return sorting(view)->mapToSource(view.currentIndex()).row();
}

}  // namespace sinkscope
