#include "app/pages/head_map.h"

#include "app/figures.h"
#include "app/session.h"
#include "core/analysis/explore.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace sinkscope {
namespace {

constexpr std::size_t kRowKeys = 5;  // keys named of a query that was clicked

}  // namespace

HeadMap::HeadMap(Session& session, int number, QWidget* parent)
    : HeatmapView(parent), session_(session), number_(number) {
  setScaleMaximum(1);
  connect(this, &HeatmapView::regionWanted, this, &HeadMap::want);
  connect(this, &HeatmapView::hovered, this, &HeadMap::point);
  connect(this, &HeatmapView::clicked, this, [this](int query, int) {
    if (query >= 0 && address_.source) session_.row({address_, query, number_});
  });
  connect(&session_, &Session::imageReady, this, [this](quint64, const HeadImagePtr& image) { take(image); });
  connect(&session_, &Session::entryReady, this, [this](quint64, const HeadEntry& entry) {
    const EntryQuery& asked = entry.query;
    if (shows(asked.of) && asked.query == query_ && asked.key == key_) say(asked.query, asked.key, entry.weight);
  });
  connect(&session_, &Session::rowReady, this, [this](quint64, const HeadRowPtr& row) {
    if (row->query.view != number_ || !shows(row->query.of)) return;
    std::vector<std::size_t> keys(row->weights.size());
    std::iota(keys.begin(), keys.end(), std::size_t{0});
    const std::size_t named = std::min(kRowKeys, keys.size());
    std::partial_sort(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(named), keys.end(),
                      [&](std::size_t a, std::size_t b) { return row->weights[a] > row->weights[b]; });
    QStringList parts;
    for (std::size_t i = 0; i < named && row->weights[keys[i]] > 0; ++i) {
      parts << QStringLiteral("%1 %2").arg(token(static_cast<int>(keys[i]))).arg(row->weights[keys[i]], 0, 'f', 3);
    }
    emit rowRead(tr("Query %1 %2 attends to: %3")
                     .arg(row->query.query)
                     .arg(token(row->query.query), parts.join(QStringLiteral(",  "))));
  });
}

const PromptResult& HeadMap::prompt() const {
  return address_.source->result->prompts[static_cast<std::size_t>(address_.prompt)];
}

bool HeadMap::hasAttention() const {
  return address_.source && address_.source->hasAttention[static_cast<std::size_t>(address_.prompt)];
}

int HeadMap::tokenCount() const {
  if (!address_.source) return 0;
  return static_cast<int>(prompt().tokens.size());
}

QString HeadMap::token(int position) const {
  return QString::fromStdString(visibleText(prompt().tokens[static_cast<std::size_t>(position)]));
}

QString HeadMap::nothingToShow() const {
  if (!prompt().isSummary()) return tr("The attention of this prompt was not kept: there is no map to show.");
  return tr(
      "Of this prompt there is a summary: α₀, value drain and mean row entropy of every head. Its maps and the "
      "norms of its values were not kept.");
}

bool HeadMap::shows(const HeadAddress& address) const {
  return address.source == address_.source && address.prompt == address_.prompt && address.layer == address_.layer &&
         address.head == address_.head;
}

void HeadMap::setHead(const HeadAddress& address) {
  if (shows(address) && whole_) return;
  const bool sameTokens = address.source == address_.source && address.prompt == address_.prompt;
  address_ = address;
  whole_ = shown_ = nullptr;
  if (!sameTokens) {
    setTokenCount(tokenCount());
    setTokens(address.source ? tokenLabels(*address.source->result, address.prompt) : QStringList());
  }
  if (!address.source) return;
  const Array<float, 3>& norms = prompt().outputNorm;
  const auto bars = norms.empty() ? std::span<const float>() : norms.row(address.layer, address.head);
  setKeyBars({bars.begin(), bars.end()});
  setReadout({});
  load();
}

void HeadMap::setHideSink(bool hide) {
  if (hide == hideSink_) return;
  hideSink_ = hide;
  setSinkColumn(!hide);
  whole_ = shown_ = nullptr;
  load();
}

void HeadMap::load() {
  const int tokens = tokenCount();
  const bool missing = tokens == 0 || !hasAttention();
  setMessage(missing && address_.source ? nothingToShow() : QString());
  if (missing) return setImage({}, {});
  const QSize room = (plotRect().size() * devicePixelRatioF()).toSize();
  const int most = std::max({room.width(), room.height(), 256});
  want({0, 0, tokens, tokens}, QSize(std::min(tokens, most), std::min(tokens, most)));
}

void HeadMap::want(const QRect& region, const QSize& cells) {
  if (!hasAttention()) return;
  // A whole map that is not pooled has every weight already.
  if (whole_ && whole_->mean.columns == tokenCount()) return;
  if (!whole_ && region.size() != QSize(tokenCount(), tokenCount())) return load();
  session_.image({address_, region, cells, hideSink_, number_});
}

void HeadMap::take(const HeadImagePtr& image) {
  const ImageQuery& query = image->query;
  if (query.view != number_ || !shows(query.of) || query.hideSink != hideSink_) return;
  shown_ = image;
  const bool isWhole = query.region == QRect(0, 0, tokenCount(), tokenCount());
  if (isWhole) whole_ = image;
  setImage(image->mean, query.region);
  if (isWhole) emit wholeChanged();
  if (query_ >= 0) point(query_, key_);
}

void HeadMap::point(int query, int key) {
  query_ = query;
  key_ = key;
  if (query < 0 || key < 0 || !shown_) return setReadout({});
  const QRect& region = shown_->query.region;
  const bool exact = shown_->mean.columns == region.width() && shown_->mean.rows == region.height();
  if (exact && region.contains(key, query)) {
    say(query, key, shown_->mean.at(query - region.top(), key - region.left()));
  } else if (key <= query && !hideSink_) {
    session_.entry({address_, query, key, number_});
  } else {
    setReadout({});
  }
}

void HeadMap::say(int query, int key, double weight) {
  const QString place = tr("query %1 %2   key %3 %4   ").arg(query).arg(token(query)).arg(key).arg(token(key));
  if (key > query) return setReadout(place + tr("a query sees no later key"));
  const Array<float, 3>& norms = prompt().outputNorm;
  QString words = place + tr("weight %1").arg(weight, 0, 'g', 4);
  if (!norms.empty()) words += tr("   ‖W_O v‖ %1").arg(norms(address_.layer, address_.head, key), 0, 'g', 3);
  setReadout(words);
}

}  // namespace sinkscope
