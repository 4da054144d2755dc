#include "app/guide/model_choice.h"

#include "core/model/demo_models.h"
#include "widgets/theme.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr int kButtonHeight = 8 * kGrid;

QLabel* paragraph(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setWordWrap(true);
  return label;
}

}  // namespace

ModelChoice::ModelChoice(QWidget* parent) : QWidget(parent) {
  auto* title = new QLabel(tr("Choose a model to look into"), this);
  title->setFont(themeFor(this).heading);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kMargin);
  column->addWidget(title);

  auto* models = new QGridLayout;
  models->setColumnStretch(1, 1);
  models->setHorizontalSpacing(kMargin);
  models->setVerticalSpacing(kSpacing);
  auto* builtIn = new QPushButton(tr("Look into the built-in model"), this);
  builtIn->setObjectName(QStringLiteral("builtIn"));
  connect(builtIn, &QPushButton::clicked, this, [this] { emit modelWanted(kBuiltInModel); });
  models->addWidget(builtIn, 0, 0);
  models->addWidget(paragraph(tr("Nothing to fetch: 1.3 million parameters, trained by this program, with a sink to be "
                                 "seen. It writes poor English."),
                              this),
                    0, 1);
  for (const DemoModel& demo : demoModels()) {
    const QString name = QString::fromStdString(demo.name);
    auto* fetch = new QPushButton(tr("Fetch %1").arg(QString::fromStdString(demo.title)), this);
    fetch->setObjectName(QStringLiteral("fetch-") + name);
    connect(fetch, &QPushButton::clicked, this,
            [this, name, &demo] { demoModelPath(demo).empty() ? emit fetchWanted(name) : emit modelWanted(name); });
    demos_.push_back(fetch);
    const int row = models->rowCount();
    models->addWidget(fetch, row, 0);
    models->addWidget(paragraph(tr("%1 MB, %2. %3")
                                    .arg(demo.bytes / 1000000)
                                    .arg(QString::fromStdString(demo.licence), QString::fromStdString(demo.remark)),
                                this),
                      row, 1);
  }
  auto* all = new QPushButton(tr("Choose from this machine…"), this);
  all->setObjectName(QStringLiteral("allModels"));
  connect(all, &QPushButton::clicked, this, &ModelChoice::allModelsWanted);
  const int last = models->rowCount();
  models->addWidget(all, last, 0);
  models->addWidget(
      paragraph(tr("Models that the Hugging Face cache, LM Studio, Ollama or your own folders hold."), this), last, 1);
  column->addLayout(models);

  auto* own = new QHBoxLayout;
  own->setSpacing(kSpacing);
  auto* file = new QPushButton(tr("Open a model file…"), this);
  auto* folder = new QPushButton(tr("Open a model folder…"), this);
  connect(file, &QPushButton::clicked, this, &ModelChoice::openFileWanted);
  connect(folder, &QPushButton::clicked, this, &ModelChoice::openFolderWanted);
  own->addWidget(file);
  own->addWidget(folder);
  own->addStretch();
  column->addLayout(own);
  auto* train = new QPushButton(tr("Train a small one…"), this);
  train->setObjectName(QStringLiteral("trainOwn"));
  connect(train, &QPushButton::clicked, this, &ModelChoice::trainWanted);
  own->insertWidget(2, train);
  column->addWidget(paragraph(tr("A file is a .gguf or a .safetensors; a folder is one in Hugging Face's layout, with "
                                 "config.json and tokenizer.json. LLaMa, Gemma, Mistral, Qwen, Phi, OLMo, GPT-2, "
                                 "Pythia, gpt-oss and others can be read."),
                              this));

  column->addStretch();
  for (QPushButton* button : findChildren<QPushButton*>()) {
    button->setMinimumSize(button->sizeHint().width() + 4 * kGrid, kButtonHeight);
  }
}

void ModelChoice::showEvent(QShowEvent* event) {
  for (std::size_t i = 0; i < demos_.size(); ++i) {
    const DemoModel& demo = demoModels()[i];
    const QString title = QString::fromStdString(demo.title);
    demos_[i]->setText(demoModelPath(demo).empty() ? tr("Fetch %1").arg(title) : tr("Look into %1").arg(title));
  }
  QWidget::showEvent(event);
}

}  // namespace sinkscope
