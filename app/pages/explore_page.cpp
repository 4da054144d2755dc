#include "app/pages/explore_page.h"

#include "app/figures.h"
#include "app/pages/grid_panel.h"
#include "app/pages/head_map.h"
#include "app/pages/head_panel.h"
#include "app/pages/prompt_panel.h"
#include "app/session.h"
#include "app/window_files.h"
#include "core/analysis/explore.h"
#include "widgets/head_grid.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace sinkscope {
namespace {

constexpr int kAfterResizeMs = 250;
/// A head with this share rests, but not always: its map shows both.
constexpr float kTellingShare = 0.65f;

ExploreRequest requestOf(const Inputs& inputs) {
  ExploreRequest request;
  request.model = inputs.model.toStdString();
  request.prompts = {inputs.prompt.toStdString()};
  request.bos = inputs.bos;
  request.chat = inputs.chat;
  request.tokenLimit = static_cast<std::size_t>(inputs.tokenLimit);
  request.device = inputs.device.toStdString();
  return request;
}

}  // namespace

ExplorePage::ExplorePage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      prompt_(new PromptPanel(document, this)),
      splitter_(new QSplitter(Qt::Horizontal, this)),
      grid_(new GridPanel(document, this)),
      head_(new HeadPanel(session, document, this)) {
  splitter_->addWidget(grid_);
  splitter_->addWidget(head_);
  splitter_->setChildrenCollapsible(false);
  splitter_->setHandleWidth(kMargin);
  splitter_->setStretchFactor(0, 1);
  splitter_->setStretchFactor(1, 2);
  splitter_->setSizes({480, 800});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(prompt_);
  column->addWidget(splitter_, 1);

  prompt_->offerChat();
  needNotAsk();  // before the window is told what to start with
  resized_.setSingleShot(true);
  resized_.setInterval(kAfterResizeMs);
  connect(&resized_, &QTimer::timeout, this, &ExplorePage::wantThumbnails);
  grid_->grid()->installEventFilter(this);

  connect(&session_, &Session::modelLoaded, this, [this](quint64 id, const ModelFacts& facts) {
    if (id != asking_) return;
    prompt_->setTokenizer(facts.tokenizer);
  });
  connect(&session_, &Session::explored, this, [this](quint64 id, const ExploredPtr& explored) {
    if (id == asking_) showResult(explored);
    if (id == comparing_) head_->setComparison(explored);
  });
  connect(&session_, &Session::thumbnailsReady, this,
          [this](quint64, const LayerThumbnailsPtr& images) { takeThumbnails(*images); });
  connect(prompt_, &PromptPanel::promptChosen, this, &ExplorePage::showPrompt);
  connect(grid_->grid(), &HeadGrid::headSelected, head_, &HeadPanel::setHead);
  connect(grid_->grid(), &HeadGrid::headActivated, head_, [this] { head_->map()->setFocus(); });
  connect(head_, &HeadPanel::keyHovered, prompt_->strip(), &TokenStrip::setHighlighted);
  connect(prompt_->strip(), &TokenStrip::tokenHovered, head_, &HeadPanel::pointAt);
}

void ExplorePage::follow(const Inputs& now, const Inputs& before) {
  if (!now.sameQuestion(before)) askSoon();
  if (now.compareBos && !before.compareBos) compare();
  if (now.hideSink != before.hideSink) wantThumbnails();
  emit conventionsChanged(conventions());
}

void ExplorePage::ask() {
  const Inputs& inputs = document_.inputs();
  if (inputs.model.isEmpty()) return;
  if (inputs.prompt.isEmpty() && !inputs.bos) return;
  asking_ = session_.explore(requestOf(inputs));
}

void ExplorePage::showResult(const ExploredPtr& explored) {
  const bool first = explored_ == nullptr;
  explored_ = explored;
  const ExploreResult& result = *explored->result;
  prompt_->setPromptCount(static_cast<int>(result.prompts.size()));
  prompt_->setNote(QString::fromStdString(result.note));
  grid_->dropThumbnails();
  grid_->setResult(explored);
  head_->setResult(explored, 0);
  if (first) pickHead();
  takeWantedHead();
  grid_->grid()->setSelected(head_->layer(), head_->head());
  wantThumbnails();
  if (document_.inputs().compareBos) compare();
  emit conventionsChanged(conventions());
  emit resultShown();
}

void ExplorePage::selectHead(int layer, int head) {
  wantedHead_ = {layer, head};
  if (explored_) takeWantedHead();
}

void ExplorePage::takeWantedHead() {
  const Matrix& shares = grid_->grid()->shares();
  if (!wantedHead_ || wantedHead_->first >= shares.rows || wantedHead_->second >= shares.columns) return;
  head_->setHead(wantedHead_->first, wantedHead_->second);
  grid_->grid()->setSelected(head_->layer(), head_->head());
  wantedHead_.reset();
}

void ExplorePage::pickHead() {
  const Matrix& shares = grid_->grid()->shares();
  const auto byDistance = [](float a, float b) { return std::abs(a - kTellingShare) < std::abs(b - kTellingShare); };
  const auto best = std::min_element(shares.values.begin(), shares.values.end(), byDistance) - shares.values.begin();
  head_->setHead(static_cast<int>(best) / shares.columns, static_cast<int>(best) % shares.columns);
}

void ExplorePage::showRun(const ExploredPtr& run, const ViewState& view) {
  const ExploreRequest& request = run->result->request;
  Inputs inputs = document_.inputs();
  inputs.model = QString::fromStdString(request.model);
  inputs.device = QString::fromStdString(request.device);
  inputs.prompt = request.prompts.empty() ? QString() : QString::fromStdString(request.prompts.front());
  inputs.bos = request.bos;
  inputs.chat = request.chat;
  inputs.tokenLimit = static_cast<int>(request.tokenLimit);
  inputs.epsilon = view.epsilon;
  inputs.includeQuery0 = view.includeQuery0;
  inputs.compareBos = false;
  applyLook(view.json, inputs);
  replaceInputs(inputs);
  showResult(run);
  head_->setHead(view.layer, view.head);
  grid_->grid()->setSelected(head_->layer(), head_->head());
  prompt_->showTokens(run->result->prompts.front().tokens);
}

void ExplorePage::showPrompt(int prompt) {
  if (!explored_) return;
  const PromptResult& shown = explored_->result->prompts[static_cast<std::size_t>(prompt)];
  Inputs inputs = document_.inputs();
  inputs.prompt = QString::fromStdString(shown.prompt);
  replaceInputs(inputs);
  prompt_->showTokens(shown.tokens);
  head_->setResult(explored_, prompt);
  wantThumbnails();
}

void ExplorePage::compare() {
  head_->setComparison(nullptr);
  Inputs other = document_.inputs();
  if (other.model.isEmpty()) return;
  other.bos = !other.bos;
  comparing_ = session_.compare(requestOf(other));
}

void ExplorePage::wantThumbnails() {
  if (!explored_ || !explored_->hasAttention[static_cast<std::size_t>(prompt_->prompt())]) return;
  const int side = grid_->thumbnailSide();
  if (side == 0) return grid_->dropThumbnails();
  session_.thumbnails({explored_, prompt_->prompt(), 0, side, document_.inputs().hideSink});
}

void ExplorePage::takeThumbnails(const LayerThumbnails& images) {
  ThumbnailQuery next = images.query;
  if (next.source != explored_ || next.prompt != prompt_->prompt()) return;
  grid_->addThumbnails(images);
  // A layer at a time, so that whatever the user asks for meanwhile comes between.
  if (++next.layer < grid_->grid()->shares().rows) session_.thumbnails(next);
}

bool ExplorePage::eventFilter(QObject* object, QEvent* event) {
  if (object == grid_->grid() && event->type() == QEvent::Resize) resized_.start();
  return Page::eventFilter(object, event);
}

QString ExplorePage::conventions() const {
  const Inputs& inputs = document_.inputs();
  return explored_ ? conventionsLine(*explored_->result, inputs.epsilon, inputs.includeQuery0) : QString();
}

QString ExplorePage::doneLine() const {
  return explored_ ? analysedLine(*explored_) : QString();
}

QString ExplorePage::numbers() const {
  return explored_ ? numbersText(*explored_, document_.inputs()) : QString();
}

quint64 ExplorePage::save(const QString& path, bool keepAttention) {
  return session_.save({explored_, viewState(), path, keepAttention});
}

ViewState ExplorePage::viewState() const {
  const Inputs& inputs = document_.inputs();
  return {inputs.epsilon, inputs.includeQuery0, head_->layer(), head_->head(), lookOf(inputs)};
}

QByteArray ExplorePage::saveState() const {
  return splitter_->saveState();
}

void ExplorePage::restoreState(const QByteArray& state) {
  splitter_->restoreState(state);
}

std::vector<PageFigure> ExplorePage::figures() const {
  if (!explored_) return {};
  const Inputs& inputs = document_.inputs();
  std::optional<HeadPicture> picture;
  if (const HeadImagePtr image = head_->map()->whole()) {
    const HeadAddress& head = head_->map()->address();
    picture = HeadPicture{image->mean, {head.prompt, head.layer, head.head, inputs.hideSink, inputs.logarithmic}};
  }
  return resultFigures(*explored_->result, picture, inputs.epsilon, inputs.includeQuery0, inputs.sorted);
}

}  // namespace sinkscope
