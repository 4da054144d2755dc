#include "app/pages/run_details.h"

#include "app/file_path.h"
#include "app/pages/run_picture.h"
#include "app/run_table.h"
#include "core/byte_text.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

namespace sinkscope {
namespace {

constexpr int kNoteHeight = 18 * kGrid, kPromptLines = 4;

QLabel* words(const char* name, const QFont& font, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setObjectName(QString::fromLatin1(name));
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label->setWordWrap(true);
  label->setFont(font);
  label->setMinimumWidth(1);
  return label;
}

QString factsOf(const RunRow& run) {
  const RunSummary& summary = run.card.summary;
  QStringList facts{kindTitle(run.card.kind), dateText(run.card.created), QString::fromStdString(bytesText(run.size))};
  if (!summary.model.empty()) facts.insert(1, QString::fromStdString(summary.model));
  if (summary.prompts > 1) facts << QObject::tr("%1 prompts").arg(summary.prompts);
  if (summary.tokens > 0) facts << QObject::tr("T %1").arg(summary.tokens);
  if (!std::isnan(summary.sinkRate)) facts << QObject::tr("sink rate %1 at ε 0.3").arg(summary.sinkRate, 0, 'f', 3);
  if (isSample(run.path)) facts << QObject::tr("a sample, which stays as it is");
  if (!std::isnan(summary.loss)) facts << QObject::tr("loss %1").arg(summary.loss, 0, 'f', 3);
  return facts.join(QStringLiteral(" · "));
}

}  // namespace

RunDetails::RunDetails(QWidget* parent)
    : QWidget(parent),
      picture_(new RunPicture(this)),
      title_(words("runTitle", themeFor(parent).heading, this)),
      facts_(words("runFacts", themeFor(parent).caption, this)),
      prompt_(words("runPrompt", themeFor(parent).body, this)),
      rerun_(words("rerunWords", themeFor(parent).body, this)),
      name_(new QLineEdit(this)),
      tags_(new QLineEdit(this)),
      note_(new QPlainTextEdit(this)),
      open_(new QPushButton(tr("&Open"), this)),
      settings_(new QPushButton(tr("&Use its settings"), this)),
      again_(new QPushButton(tr("&Run again"), this)),
      contents_(new QPushButton(tr("Contents of the &file…"), this)),
      reveal_(new QPushButton(tr("Show in &folder"), this)),
      discard_(new QPushButton(tr("To the &wastebasket"), this)) {
  name_->setObjectName(QStringLiteral("runName"));
  name_->setAccessibleName(tr("Name of the run"));
  tags_->setObjectName(QStringLiteral("runTags"));
  tags_->setAccessibleName(tr("Tags of the run"));
  tags_->setPlaceholderText(tr("tags, with commas between"));
  note_->setObjectName(QStringLiteral("runNote"));
  note_->setAccessibleName(tr("Note on the run"));
  note_->setPlaceholderText(tr("a note of yours"));
  note_->setTabChangesFocus(true);
  note_->setFixedHeight(kNoteHeight);
  note_->installEventFilter(this);
  open_->setObjectName(QStringLiteral("openSavedRun"));
  settings_->setObjectName(QStringLiteral("useSettings"));
  settings_->setToolTip(tr("Asks the same of the model once more, as a new run"));
  again_->setObjectName(QStringLiteral("runAgain"));
  again_->setToolTip(tr("Asks the same of the same model: do the numbers agree?"));
  contents_->setObjectName(QStringLiteral("runContents"));
  contents_->setToolTip(tr("Its groups, datasets and attributes"));
  reveal_->setObjectName(QStringLiteral("revealRun"));
  discard_->setObjectName(QStringLiteral("discardRun"));
  prompt_->setMaximumHeight(kPromptLines * QFontMetrics(prompt_->font()).lineSpacing());
  prompt_->setAlignment(Qt::AlignTop | Qt::AlignLeft);

  auto* actions = new QGridLayout;
  actions->setSpacing(kSpacing);
  actions->addWidget(open_, 0, 0);
  actions->addWidget(settings_, 0, 1);
  actions->addWidget(again_, 1, 0);
  actions->addWidget(contents_, 1, 1);
  actions->addWidget(reveal_, 2, 0);
  actions->addWidget(discard_, 2, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  for (QWidget* widget :
       std::initializer_list<QWidget*>{picture_, title_, facts_, prompt_, rerun_, name_, tags_, note_})
    column->addWidget(widget);
  column->addLayout(actions);
  column->addStretch(1);

  connect(name_, &QLineEdit::editingFinished, this, &RunDetails::takeLabels);
  connect(tags_, &QLineEdit::editingFinished, this, &RunDetails::takeLabels);
  connect(open_, &QPushButton::clicked, this, &RunDetails::openWanted);
  connect(settings_, &QPushButton::clicked, this, &RunDetails::settingsWanted);
  connect(again_, &QPushButton::clicked, this, &RunDetails::rerunWanted);
  connect(contents_, &QPushButton::clicked, this, &RunDetails::contentsWanted);
  connect(reveal_, &QPushButton::clicked, this, &RunDetails::revealWanted);
  connect(discard_, &QPushButton::clicked, this, &RunDetails::discardWanted);
  setRun(nullptr, 0);
}

RunDetails::~RunDetails() {
  for (QLineEdit* field : {name_, tags_}) field->disconnect(this);  // they tell that they lose the focus as they go
}

bool RunDetails::eventFilter(QObject* object, QEvent* event) {
  if (object == note_ && event->type() == QEvent::FocusOut) takeLabels();
  return QWidget::eventFilter(object, event);
}

void RunDetails::setFields(const RunLabels& labels) {
  name_->setText(QString::fromStdString(labels.name));
  tags_->setText(QString::fromStdString(tagList(labels.tags)));
  note_->setPlainText(QString::fromStdString(labels.note));
}

void RunDetails::setRun(const RunRow* run, int chosen) {
  takeLabels();  // of the run before
  const bool one = run != nullptr && chosen == 1, readable = one && run->problem.empty();
  const QString path = one ? pathText(run->path) : QString();
  const bool same = path == run_ && readable && run->card.labels == labels_;
  const bool isOwn = one && !isSample(run->path);
  if (path != run_) {
    picture_->setPicture({}, {});
    setRerun(run_, {});
  }
  run_ = path;
  title_->setText(one          ? QString::fromStdString(run->name())
                  : chosen > 1 ? tr("%1 runs are chosen").arg(chosen)
                               : tr("No run is chosen"));
  facts_->setText(!one ? QString() : readable ? factsOf(*run) : QString::fromStdString(run->problem));
  prompt_->setText(readable ? QString::fromStdString(run->card.summary.text) : QString());
  prompt_->setVisible(!prompt_->text().isEmpty());
  picture_->setVisible(readable);
  name_->setPlaceholderText(one ? QString::fromStdString(fileTitle(run->path)) : QString());
  for (QWidget* field : std::initializer_list<QWidget*>{name_, tags_, note_}) field->setEnabled(readable && isOwn);
  open_->setEnabled(readable);
  settings_->setEnabled(readable);
  again_->setEnabled(readable && run->card.kind != "train");
  contents_->setEnabled(one);
  reveal_->setEnabled(one);
  discard_->setEnabled(chosen > 1 || isOwn);
  if (same) return;  // what is being written stays
  labels_ = readable ? run->card.labels : RunLabels();
  setFields(labels_);
}

void RunDetails::setCard(const QString& run, const RunCard& card) {
  if (run != run_) return;
  const Array<std::uint8_t, 2>& picture = card.summary.picture;
  picture_->setPicture(picture, picture.empty() ? tr("No picture of this kind of run")
                                                : tr("%1 by %2 cells").arg(picture.extent(0)).arg(picture.extent(1)));
  prompt_->setToolTip(QString::fromStdString(card.summary.text).left(2000));
}

void RunDetails::setRerun(const QString& run, const QString& words) {
  if (run != run_) return;
  rerun_->setText(words);
  rerun_->setVisible(!words.isEmpty());
}

void RunDetails::setColourMap(ColourMap map) {
  picture_->setColourMap(map);
}

void RunDetails::editName() {
  name_->setFocus();
  name_->selectAll();
}

void RunDetails::takeLabels() {
  if (run_.isEmpty() || !name_->isEnabled()) return;
  const RunLabels written{name_->text().trimmed().toStdString(), tagsOf(tags_->text().toStdString()),
                          note_->toPlainText().toStdString()};
  if (written == labels_) return;
  labels_ = written;
  emit labelsEdited(run_, written);
}

}  // namespace sinkscope
