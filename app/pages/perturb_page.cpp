#include "app/pages/perturb_page.h"

#include "app/change_figures.h"
#include "app/explored.h"
#include "app/model_names.h"
#include "app/pages/change_panel.h"
#include "app/pages/perturb_requests.h"
#include "app/pages/prompt_panel.h"
#include "app/pages/swap_bar.h"
#include "app/pages/sweep_panel.h"
#include "app/perturb_figures.h"
#include "app/session.h"
#include "app/sweep_figures.h"
#include "widgets/theme.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <limits>

namespace sinkscope {
namespace {

/// The map whose pass read the prompt as the strip does, with <bos> or without; where there is none, the first, and
/// the strip follows it.
template <typename Map>
const Map& asStrip(const std::vector<Map>& maps, bool& bos) {
  const auto like = [bos](const Map& map) { return putsTokenFirst(map.condition) == bos; };
  const auto found = std::ranges::find_if(maps, like);
  const Map& map = found == maps.end() ? maps.front() : *found;
  bos = putsTokenFirst(map.condition);
  return map;
}

}  // namespace

PerturbPage::PerturbPage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      prompt_(new PromptPanel(document, this)),
      swap_(new SwapBar(document, this)),
      panels_(new QStackedWidget(this)),
      change_(new ChangePanel(this)),
      sweep_(new SweepPanel(this)) {
  panels_->addWidget(change_);
  panels_->addWidget(sweep_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(prompt_);
  column->addWidget(swap_);
  column->addWidget(panels_, 1);

  connect(&session_, &Session::modelLoaded, this, [this](quint64, const ModelFacts& facts) { takeModel(facts); });
  connect(&session_, &Session::candidatesReady, this, [this](quint64 id, const CandidatesPtr& candidates) {
    if (id == offering_) takeCandidates(candidates);
  });
  connect(&session_, &Session::perturbed, this, [this](quint64 id, const PerturbedPtr& result) {
    if (id == asking_) showResult(result);
  });
  connect(&session_, &Session::swept, this, [this](quint64 id, const SweptPtr& result) {
    if (id == asking_) showSweep(result);
  });
  connect(prompt_->strip(), &TokenStrip::tokenClicked, this, &PerturbPage::pickToken);
  connect(swap_, &SwapBar::sweepWanted, this, &PerturbPage::askNow);
  connect(change_, &ChangePanel::lit, this, &PerturbPage::lightToken);
  connect(change_, &ChangePanel::tinted, this, &PerturbPage::tint);
  connect(sweep_, &SweepPanel::tinted, this, &PerturbPage::tint);
  panels_->setCurrentIndex(sweeps() ? 1 : 0);
}

void PerturbPage::follow(const Inputs& now, const Inputs& before) {
  const bool typed = now.prompt != before.prompt || now.changedPrompt != before.changedPrompt;
  if (now.everyPosition != before.everyPosition)
    turn();
  else if (now.everyPosition ? !now.sameSweep(before) : !now.sameChange(before))
    askSoon(typed ? kAfterEditMs : 0);
  if (now.changeNorm != before.changeNorm || now.logarithmicChange != before.logarithmicChange ||
      now.colourMap != before.colourMap)
    draw();
  // The strip hears of it after this page and forgets its colours.
  if (now.bos != before.bos) QMetaObject::invokeMethod(this, &PerturbPage::draw, Qt::QueuedConnection);
}

void PerturbPage::turn() {
  session_.cancel(asking_);
  panels_->setCurrentIndex(sweeps() ? 1 : 0);
  prompt_->strip()->setTints({}, document_.inputs().colourMap);
  prompt_->strip()->setHighlighted(-1);
  const bool there = swept_ && !swept_->result->partial() && sweptInputs_.sameSweep(document_.inputs());
  if (!sweeps() || !there) return askSoon(0);
  needNotAsk();  // a sweep takes long
  draw();
}

void PerturbPage::ask() {
  const Inputs& inputs = document_.inputs();
  if (inputs.model.isEmpty() || inputs.prompt.isEmpty()) return;
  if (!sweeps()) return askSwap(inputs);
  sweptInputs_ = inputs;
  asking_ = session_.sweep(sweepRequest(inputs));
}

void PerturbPage::askSwap(Inputs inputs) {
  const auto tokens = static_cast<int>(prompt_->strip()->tokens().size()) - (inputs.bos ? 1 : 0);
  if (inputs.swapPosition < 0 || (tokens > 0 && inputs.swapPosition >= tokens)) {
    // The middle of the text, so that there is something to see.
    inputs.swapPosition = std::max(0, tokens / 2);
    inputs.swapId = -1;
  }
  const bool mustOffer = inputs.changedPrompt.isEmpty();  // a changed text needs no token
  if (mustOffer && !(candidates_ && candidates_->query == candidateQuery(inputs)))
    offering_ = session_.candidates(candidateQuery(inputs));
  if (!mustOffer || inputs.swapId >= 0) asking_ = session_.perturb(perturbRequest(inputs));
}

void PerturbPage::pickToken(int chip) {
  const int position = chip - (document_.inputs().bos ? 1 : 0);
  if (position < 0) return;
  if (sweeps()) return sweep_->lightPosition(position);
  document_.edit(Document::Field::Swap, [position](Inputs& inputs) {
    inputs.swapPosition = position;
    inputs.swapId = -1;  // the model's own candidate, once it is known
    inputs.changedPrompt.clear();
  });
}

void PerturbPage::takeModel(const ModelFacts& facts) {
  prompt_->setTokenizer(facts.tokenizer);
  swap_->setTokenizer(facts.tokenizer);
  swap_->setBosText(facts.bosText);
}

void PerturbPage::takeCandidates(const CandidatesPtr& candidates) {
  candidates_ = candidates;
  swap_->setCandidates(candidates);
  const Inputs& inputs = document_.inputs();
  if (inputs.swapId >= 0 && inputs.swapPosition == candidates->query.position) return;
  const auto differs = [&](const Candidate& one) { return one.id != candidates->token.id; };
  for (const std::vector<Candidate>* list : {&candidates->likely, &candidates->similar}) {
    const auto found = std::ranges::find_if(*list, differs);
    if (found == list->end()) continue;
    // No step of undo of its own: it completes the choice of the position.
    Inputs completed = inputs;
    completed.swapPosition = candidates->query.position;
    completed.swapId = found->id;
    document_.complete(completed);
    return;
  }
}

void PerturbPage::showResult(const PerturbedPtr& result) {
  perturbed_ = result;
  prompt_->setNote(QString::fromStdString(result->result->note));
  change_->show(result->result, document_.inputs());
  emit conventionsChanged(conventions());
  emit resultShown();
}

void PerturbPage::showSweep(const SweptPtr& result) {
  swept_ = result;
  prompt_->setNote({});
  sweep_->show(result->result, document_.inputs());
  emit conventionsChanged(conventions());
  emit resultShown();
}

void PerturbPage::draw() {
  if (sweeps())
    sweep_->draw(document_.inputs());
  else
    change_->draw(document_.inputs());
  emit conventionsChanged(conventions());
}

int PerturbPage::chipShift(bool firstAdded) const {
  // The strip stands for the prompt as it is typed, with or without <bos>.
  return (document_.inputs().bos ? 1 : 0) - (firstAdded ? 1 : 0);
}

void PerturbPage::lightToken(int token, bool firstAdded) {
  const int chip = token + chipShift(firstAdded);
  prompt_->strip()->setHighlighted(token < 0 || chip < 0 ? -1 : chip);
}

void PerturbPage::tint(const std::vector<double>& tints, bool firstAdded) {
  std::vector<double> chips;
  const auto count = tints.empty() ? 0 : static_cast<int>(prompt_->strip()->tokens().size());
  for (int chip = 0; chip < count; ++chip) {
    const auto token = static_cast<std::size_t>(chip - chipShift(firstAdded));
    chips.push_back(token < tints.size() ? tints[token] : std::numeric_limits<double>::quiet_NaN());
  }
  prompt_->strip()->setTints(std::move(chips), document_.inputs().colourMap);
}

ChangeNorm PerturbPage::norm() const {
  return changeNormNamed(document_.inputs().changeNorm.toStdString());
}

void PerturbPage::showRun(const PerturbedPtr& run) {
  Inputs inputs = document_.inputs();
  putRequest(run->result->request, inputs);
  putLook(run->look, inputs);
  const PerturbMap& shown = asStrip(run->result->maps, inputs.bos);
  replaceInputs(inputs);
  prompt_->showTokens(shown.before);
  swap_->setBosText(QString::fromStdString(run->result->bosText));
  if (const auto& swap = run->result->request.swap) {
    const auto place = static_cast<std::size_t>(swap->position) + (inputs.bos ? 1 : 0);
    if (place < shown.before.size() && place < shown.after.size())
      swap_->showSwap(shown.before[place], shown.after[place]);
  }
  panels_->setCurrentWidget(change_);
  showResult(run);
}

void PerturbPage::showRun(const SweptPtr& run) {
  Inputs inputs = document_.inputs();
  putRequest(run->result->request, inputs);
  putLook(run->look, inputs);
  const SweepMap& shown = asStrip(run->result->maps, inputs.bos);
  replaceInputs(inputs);
  prompt_->showTokens(shown.tokens);
  swap_->setBosText(QString::fromStdString(run->result->bosText));
  sweptInputs_ = inputs;
  panels_->setCurrentWidget(sweep_);
  showSweep(run);
  const int place = QJsonDocument::fromJson(run->look.toUtf8()).object()["place"].toInt(-1);
  if (place >= 0) sweep_->setPlace(place);
}

QString PerturbPage::look() const {
  const Inputs& inputs = document_.inputs();
  QJsonObject look{{"norm", inputs.changeNorm}, {"logarithmic", inputs.logarithmicChange}};
  if (sweeps()) look["place"] = static_cast<int>(sweep_->place());
  return QString::fromUtf8(QJsonDocument(look).toJson(QJsonDocument::Compact));
}

QString PerturbPage::conventions() const {
  if (!hasResult()) return {};
  return sweeps() ? sweepConventions(*swept_->result, norm()) : perturbConventions(*perturbed_->result, norm());
}

QString PerturbPage::doneLine() const {
  if (!hasResult()) return {};
  if (sweeps()) return sweepDoneLine(*swept_->result);
  const PerturbResult& result = *perturbed_->result;
  return tr("%1: %2 conditions of %3 tokens compared in %4 s")
      .arg(modelTitle(QString::fromStdString(result.request.model)))
      .arg(result.maps.size())
      .arg(result.maps.front().tokens())
      .arg(result.seconds, 0, 'f', 2);
}

QString PerturbPage::numbers() const {
  if (!hasResult()) return {};
  if (sweeps()) return sweepNumbers(*swept_->result, norm());
  QString lines = conventions() + QLatin1Char('\n');
  for (const PerturbMap& map : perturbed_->result->maps) {
    const std::size_t last = map.places() - 2;  // the residual stream after the last layer
    lines += tr("%1: mean change after the last layer %2, spread %3\n")
                 .arg(QString::fromStdString(conditionTitle(map.condition, perturbed_->result->bosText)))
                 .arg(meanChange(map, norm())[last], 0, 'g', 4)
                 .arg(sinkscope::spread(map, norm())[last], 0, 'g', 4);
  }
  return lines;
}

quint64 PerturbPage::save(const QString& path, bool) {
  return sweeps() ? session_.save(swept_, look(), path) : session_.save(perturbed_, look(), path);
}

std::vector<PageFigure> PerturbPage::figures() const {
  if (!hasResult()) return {};
  const bool logarithmic = document_.inputs().logarithmicChange;
  if (sweeps()) return sweepFigures(*swept_->result, norm(), logarithmic, sweep_->place());
  return perturbFigures(*perturbed_->result, norm(), logarithmic);
}

}  // namespace sinkscope
