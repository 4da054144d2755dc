#pragma once

#include "app/explored.h"
#include "widgets/heatmap_view.h"

#include <QString>

namespace sinkscope {

class Session;
struct PromptResult;

/// A head's map that gets its images from the compute thread and says what is under the pointer.
class HeadMap : public HeatmapView {
  Q_OBJECT

 public:
  /// `number` tells the maps of a window apart.
  HeadMap(Session& session, int number, QWidget* parent = nullptr);

  /// Shows that head; an address without a source shows the placeholder.
  void setHead(const HeadAddress& address);
  void setHideSink(bool hide);
  const HeadAddress& address() const { return address_; }

  /// The image of the whole map; null before it came.
  HeadImagePtr whole() const { return whole_; }

 signals:
  void wholeChanged();
  void rowRead(const QString& text);  ///< what the clicked query attends to most

 private:
  void load();
  void want(const QRect& region, const QSize& cells);
  void take(const HeadImagePtr& image);
  void point(int query, int key);
  void say(int query, int key, double weight);
  bool shows(const HeadAddress& address) const;
  const PromptResult& prompt() const;  ///< of the address, which must have a source
  bool hasAttention() const;
  int tokenCount() const;
  QString token(int position) const;
  QString nothingToShow() const;  ///< why there is no map

  Session& session_;
  int number_;
  HeadAddress address_;
  bool hideSink_ = false;
  HeadImagePtr whole_, shown_;
  int query_ = -1, key_ = -1;  // under the pointer
};

}  // namespace sinkscope
