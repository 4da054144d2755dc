#include "app/models_dialog.h"

#include "app/file_path.h"
#include "app/model_finder.h"
#include "app/model_table.h"
#include "app/notice.h"
#include "app/pages/layout_parts.h"
#include "app/settings.h"
#include "app/window_files.h"
#include "core/byte_text.h"
#include "core/error.h"
#include "core/model/weight_memory.h"
#include "widgets/theme.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

constexpr QSize kSize(300 * kGrid, 140 * kGrid);

QLabel* words(const char* name, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setObjectName(QString::fromLatin1(name));
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label->setWordWrap(true);
  return label;
}

QString textOf(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

}  // namespace

ModelsDialog::ModelsDialog(Settings& settings, QWidget* parent)
    : QDialog(parent),
      settings_(settings),
      finder_(new ModelFinder(this)),
      table_(new ModelTable(this)),
      filter_(new QLineEdit(this)),
      view_(modelView(table_, this)),
      rows_(new QStackedWidget(this)),
      nothing_(words("noModels", this)),
      about_(words("aboutModel", this)),
      state_(words("modelsState", this)),
      path_(new QLineEdit(this)),
      open_(button(tr("&Open"), "openModel")),
      remove_(button(tr("Remo&ve a folder"), "removeModelFolder")),
      added_(new QMenu(this)),
      notice_(new Notice(this)) {
  setWindowTitle(tr("Models on this machine"));
  layOut();
  resize(kSize);
  connect(finder_, &ModelFinder::found, this, [this](const ModelListing& model) {
    table_->add(model);
    showState();
  });
  connect(finder_, &ModelFinder::finished, this, &ModelsDialog::end);
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
    filterModels(*view_, text);
    showState();
  });
  connect(filter_, &QLineEdit::returnPressed, view_, [this] {
    view_->setFocus();
    if (!view_->currentIndex().isValid()) view_->selectRow(0);
  });
  connect(view_, &QTableView::activated, this, &ModelsDialog::openCurrent);
  connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
    notice_->clear();
    follow();
  });
  connect(path_, &QLineEdit::textChanged, this, &ModelsDialog::follow);
  connect(path_, &QLineEdit::returnPressed, open_, &QPushButton::click);
  connect(open_, &QPushButton::clicked, this,
          [this] { path_->text().trimmed().isEmpty() ? openCurrent() : open(path_->text().trimmed()); });
  follow();
}

QPushButton* ModelsDialog::button(const QString& text, const char* name) {
  auto* made = new QPushButton(text, this);
  made->setObjectName(QString::fromLatin1(name));
  made->setAutoDefault(false);  // Enter belongs to the table and the fields
  return made;
}

void ModelsDialog::layOut() {
  filter_->setObjectName(QStringLiteral("filterModels"));
  filter_->setAccessibleName(tr("Filter of the models"));
  filter_->setPlaceholderText(tr("Filter by name, family, type or status"));
  filter_->setClearButtonEnabled(true);
  view_->setObjectName(QStringLiteral("models"));
  view_->setAccessibleName(tr("Models on this machine"));
  nothing_->setAlignment(Qt::AlignCenter);
  about_->setFont(themeFor(this).caption);
  about_->setMinimumHeight(2 * QFontMetrics(about_->font()).lineSpacing());
  about_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  path_->setObjectName(QStringLiteral("modelPath"));
  path_->setAccessibleName(tr("Path or name of a model"));
  path_->setPlaceholderText(tr("a path, org/name or name:tag"));
  remove_->setMenu(added_);
  rows_->addWidget(view_);
  rows_->addWidget(nothing_);
  auto* again = button(tr("&Refresh"), "refreshModels");
  auto* add = button(tr("&Add a folder…"), "addModelFolder");
  connect(again, &QPushButton::clicked, this, &ModelsDialog::look);
  connect(add, &QPushButton::clicked, this, &ModelsDialog::askForFolder);

  const auto row = [](std::initializer_list<QWidget*> left) {
    auto* layout = new QHBoxLayout;
    layout->setSpacing(kSpacing);
    for (QWidget* widget : left) layout->addWidget(widget);
    return layout;
  };
  auto* top = row({filter_, again});
  auto* folders = row({add, remove_});
  folders->addWidget(state_, 1);
  state_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  auto* bottom = row({});
  addLabelled(*bottom, tr("Open &by path or name"), path_, 1);
  bottom->addWidget(open_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  column->setSpacing(kSpacing);
  column->addLayout(top);
  column->addWidget(rows_, 1);
  column->addWidget(about_);
  column->addLayout(folders);
  column->addWidget(notice_);
  column->addLayout(bottom);
}

void ModelsDialog::look() {
  notice_->clear();
  table_->clear();
  looking_ = true;
  offerRemoval(addedModelFolders());
  folders_ = modelFolders();
  finder_->look(folders_, settings_.weightMemory() > 0 ? settings_.weightMemory() : usualWeightMemory());
  follow();
  showState();
}

void ModelsDialog::end(const QString& problem) {
  looking_ = false;
  if (!problem.isEmpty()) notice_->showError(problem, problem);
  follow();
  showState();
  if (!wanted_.isEmpty()) open(std::exchange(wanted_, QString()));
}

void ModelsDialog::setFolders(const std::vector<std::filesystem::path>& folders) {
  QString problem;
  try {
    setAddedModelFolders(folders);
  } catch (const Error& error) {
    problem = QString::fromStdString(error.what());
  }
  look();
  if (!problem.isEmpty()) notice_->showError(problem, problem);
}

void ModelsDialog::offerRemoval(const std::vector<std::filesystem::path>& folders) {
  added_->clear();
  for (const std::filesystem::path& folder : folders)
    added_->addAction(textOf(folder).replace('&', QLatin1String("&&")), this,
                      [this, folder] { removeFolder(textOf(folder)); });
  remove_->setEnabled(!folders.empty());
  remove_->setToolTip(folders.empty() ? tr("No folder was added") : QString());
}

void ModelsDialog::addFolder(const QString& folder) {
  std::vector<std::filesystem::path> folders = addedModelFolders();
  const std::filesystem::path whole = QFileInfo(folder).absoluteFilePath().toStdString();
  if (std::ranges::find(folders, whole) == folders.end()) folders.push_back(whole);
  setFolders(folders);
}

void ModelsDialog::removeFolder(const QString& folder) {
  std::vector<std::filesystem::path> folders = addedModelFolders();
  std::erase(folders, pathOf(folder));
  setFolders(folders);
}

void ModelsDialog::askForFolder() {
  const QString folder = chosenModelFolder(this, settings_);
  if (!folder.isEmpty()) addFolder(folder);
}

void ModelsDialog::openCurrent() {
  const int row = currentModel(*view_);
  if (row < 0) return;
  const ModelListing& model = table_->models()[static_cast<std::size_t>(row)];
  if (!model.opens()) {
    const QString sentence = QString::fromStdString(model.problem);
    return notice_->showError(sentence, QString::fromStdString(model.found.path.string()));
  }
  emit chosen(QString::fromStdString(model.found.path.string()));
  accept();
}

void ModelsDialog::open(const QString& pathOrName) {
  notice_->clear();
  QString path = pathOrName;
  if (!QFileInfo::exists(pathOrName)) {
    if (looking_) {
      wanted_ = pathOrName;
      return;
    }
    std::vector<FoundModel> found;
    for (const ModelListing& model : table_->models()) found.push_back(model.found);
    try {
      path = QString::fromStdString(modelNamed(pathOrName.toStdString(), found, folders_).path.string());
    } catch (const Error& error) {
      return notice_->showError(QString::fromUtf8(error.what()), pathOrName);
    }
  }
  path_->clear();
  emit chosen(path);
  accept();
}

QString ModelsDialog::about(int row) const {
  const ModelListing& model = table_->models()[static_cast<std::size_t>(row)];
  const QString path = QString::fromStdString(model.found.path.string());
  return model.problem.empty() ? path : QString::fromStdString(model.problem) + QLatin1Char('\n') + path;
}

void ModelsDialog::follow() {
  const int row = currentModel(*view_);
  const bool hasOthers = std::ranges::any_of(
      table_->models(), [](const ModelListing& model) { return model.found.source != ModelSource::Sinkscope; });
  about_->setText(row >= 0 ? about(row)
                  : looking_ || hasOthers
                      ? tr("Double click a model to open it. A model or a folder can also be dropped "
                           "on the main window.")
                      : tr("No models of other programs were found. The Hugging Face cache, LM "
                           "Studio's and Ollama's folders are looked through, and folders that you "
                           "add; nothing is downloaded but the demo models."));
  open_->setEnabled(row >= 0 || !path_->text().trimmed().isEmpty());
}

void ModelsDialog::showState() {
  // While it is looked for, the table stays in sight: only so do its columns follow what they hold.
  const bool empty = !looking_ && view_->model()->rowCount() == 0;
  rows_->setCurrentIndex(empty ? 1 : 0);
  nothing_->setText(!filter_->text().isEmpty() ? tr("No model has “%1” in its row.").arg(filter_->text())
                                               : tr("No models were found."));
  const auto opens = std::ranges::count_if(table_->models(), &ModelListing::opens);
  const QString count = tr("%1 models, %2 of them can be opened").arg(table_->models().size()).arg(opens);
  state_->setText(looking_
                      ? tr("Looking … %1").arg(count)
                      : tr("%1 · %2 of memory here").arg(count, QString::fromStdString(bytesText(memoryOfMachine()))));
  QString places = tr("Models are looked for in");
  for (const ModelFolder& folder : folders_) places += QLatin1Char('\n') + QString::fromStdString(folder.path.string());
  state_->setToolTip(places);
}

}  // namespace sinkscope
