#include "app/preferences.h"

#include "app/document.h"
#include "app/folder_list.h"
#include "app/session.h"
#include "app/settings.h"
#include "core/byte_text.h"
#include "core/catalogue/catalogue.h"
#include "core/model/model_folders.h"
#include "core/model/weight_memory.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr double kGiB = 1 << 30;
constexpr int kMostThreads = 4096;
constexpr double kMostGiB = 1 << 14;

QLabel* note(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setWordWrap(true);
  label->setFont(themeFor(parent).caption);
  return label;
}

QFormLayout* formOf(QWidget* panel) {
  auto* form = new QFormLayout(panel);
  form->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  form->setHorizontalSpacing(kMargin);
  form->setVerticalSpacing(kSpacing);
  return form;
}

}  // namespace

Preferences::Preferences(Settings& settings, Document& document, QWidget* parent)
    : QDialog(parent),
      settings_(settings),
      document_(document),
      device_(new QComboBox(this)),
      threads_(new QSpinBox(this)),
      memory_(new QDoubleSpinBox(this)),
      scheme_(new QComboBox(this)),
      zoom_(new QSpinBox(this)),
      colours_(new QComboBox(this)),
      animated_(new QCheckBox(tr("&Animations"), this)),
      runs_(new FolderList(tr("Folders of runs"),
                           tr("The Runs page lists what lies in them. New runs are saved in the first."),
                           {setFolders, setLibraryFolders}, this)),
      models_(new FolderList(tr("Folders of models"),
                             tr("Models are looked for in them, besides the places of this and other programs."),
                             {addedModelFolders, setAddedModelFolders}, this)) {
  setWindowTitle(tr("Preferences"));
  setObjectName(QStringLiteral("preferences"));
  auto* tabs = new QTabWidget(this);
  tabs->setAccessibleName(tr("Preferences"));
  tabs->addTab(computing(), tr("&Computing"));
  tabs->addTab(looks(), tr("&Looks"));
  tabs->addTab(folders(), tr("&Folders"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  column->setSpacing(kMargin);
  column->addWidget(tabs, 1);
  column->addWidget(buttons);
  resize(140 * kGrid, 120 * kGrid);
  follow();
  wire();
}

QWidget* Preferences::computing() {
  device_->setObjectName(QStringLiteral("preferredDevice"));
  device_->addItems(Session::devices());
  device_->setEnabled(device_->count() > 1);
  threads_->setObjectName(QStringLiteral("threads"));
  threads_->setRange(0, kMostThreads);
  threads_->setSpecialValueText(tr("all (%1)").arg(Session::usualThreads()));
  memory_->setObjectName(QStringLiteral("weightMemory"));
  memory_->setRange(0.0, kMostGiB);
  memory_->setDecimals(1);
  for (QAbstractSpinBox* box : std::initializer_list<QAbstractSpinBox*>{threads_, memory_})
    box->setKeyboardTracking(false);
  memory_->setSuffix(tr(" GiB"));
  memory_->setSpecialValueText(tr("usual (%1)").arg(QString::fromStdString(bytesText(usualWeightMemory()))));
  auto* panel = new QWidget(this);
  QFormLayout* form = formOf(panel);
  form->addRow(tr("&Device"), device_);
  form->addRow(tr("&Threads"), threads_);
  form->addRow(tr("&Memory for weights"), memory_);
  form->addRow(note(tr("A model that does not fit into this memory as it is computed with is held as it is stored, or "
                       "read layer by layer in each pass, which is slower. This machine has %1. Trainings take the "
                       "number of threads when they start.")
                        .arg(QString::fromStdString(bytesText(memoryOfMachine()))),
                    panel));
  return panel;
}

QWidget* Preferences::looks() {
  scheme_->setObjectName(QStringLiteral("scheme"));
  scheme_->addItems({tr("As the desktop"), tr("Light"), tr("Dark")});  // in the order of `Scheme`
  zoom_->setObjectName(QStringLiteral("zoom"));
  zoom_->setRange(50, 300);
  zoom_->setSingleStep(10);
  zoom_->setSuffix(tr(" %"));
  zoom_->setKeyboardTracking(false);
  colours_->setObjectName(QStringLiteral("preferredColours"));
  colours_->addItems(sequentialColourMapNames());
  animated_->setObjectName(QStringLiteral("animated"));
  animated_->setToolTip(tr("Off: nothing moves by itself; layers and trainings are gone through by their sliders"));
  auto* panel = new QWidget(this);
  QFormLayout* form = formOf(panel);
  form->addRow(tr("&Theme"), scheme_);
  form->addRow(tr("&Zoom"), zoom_);
  form->addRow(tr("&Colour map"), colours_);
  form->addRow(QString(), animated_);
  return panel;
}

QWidget* Preferences::folders() {
  runs_->setObjectName(QStringLiteral("runFolders"));
  runs_->offerFirst(tr("Save new runs here"));
  models_->setObjectName(QStringLiteral("modelFolders"));
  auto* panel = new QWidget(this);
  auto* column = new QVBoxLayout(panel);
  column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  column->setSpacing(kMargin);
  column->addWidget(runs_, 1);
  column->addWidget(models_, 1);
  return panel;
}

void Preferences::wire() {
  using Field = Document::Field;
  connect(device_, &QComboBox::textActivated, this, [this](const QString& device) {
    document_.edit(Field::Device, [&device](Inputs& inputs) { inputs.device = device; });
  });
  connect(threads_, &QSpinBox::valueChanged, this, [this](int threads) {
    settings_.setThreads(threads);
    emit resourcesChanged();
  });
  connect(memory_, &QDoubleSpinBox::valueChanged, this, [this](double gibibytes) {
    settings_.setWeightMemory(static_cast<quint64>(gibibytes * kGiB));
    emit resourcesChanged();
  });
  connect(scheme_, &QComboBox::activated, this, [this](int scheme) {
    settings_.setScheme(static_cast<Scheme>(scheme));
    emit looksChanged();
  });
  connect(zoom_, &QSpinBox::valueChanged, this, [this](int percent) {
    settings_.setZoom(percent / 100.0);
    emit looksChanged();
  });
  connect(colours_, &QComboBox::textActivated, this, [this](const QString& name) {
    document_.edit(Field::Colours, [&name](Inputs& inputs) { inputs.colourMap = colourMapNamed(name); });
  });
  connect(animated_, &QCheckBox::toggled, this, [this](bool animated) {
    settings_.setAnimated(animated);
    emit looksChanged();
  });
  connect(runs_, &FolderList::changed, this, &Preferences::runFoldersChanged);
  connect(models_, &FolderList::changed, this, &Preferences::modelFoldersChanged);
  connect(&document_, &Document::changed, this, &Preferences::follow);
}

void Preferences::follow() {
  const QSignalBlocker quiet[] = {QSignalBlocker(threads_), QSignalBlocker(memory_), QSignalBlocker(zoom_),
                                  QSignalBlocker(animated_)};
  device_->setCurrentText(document_.inputs().device);
  threads_->setValue(settings_.threads());
  memory_->setValue(static_cast<double>(settings_.weightMemory()) / kGiB);
  scheme_->setCurrentIndex(static_cast<int>(settings_.scheme()));
  zoom_->setValue(qRound(100 * settings_.zoom()));
  colours_->setCurrentText(colourMapName(document_.inputs().colourMap));
  animated_->setChecked(settings_.animated());
}

void Preferences::showEvent(QShowEvent* event) {
  follow();
  QDialog::showEvent(event);
}

}  // namespace sinkscope
