#pragma once

#include "core/analysis/waking.h"

#include <QString>
#include <QWidget>
#include <cstdint>
#include <optional>
#include <utility>

class QLabel;
class QTableView;

namespace sinkscope {

class WakerTable;

/// What of a scan the tables show.
struct WakerChoice {
  WakeKinds kinds = WakeKinds::Tokens;
  std::int64_t least = 5;                                   ///< leave out what was seen less often
  double rest = 0.3;                                        ///< an if-else head's mean share of token 0 is above it
  std::optional<std::pair<std::size_t, std::size_t>> head;  ///< (layer, head); all heads without
};

/// Two tables of a scan: the if-else heads, and below what wakes one head or any.
class WakerPanel : public QWidget {
  Q_OBJECT

 public:
  explicit WakerPanel(QWidget* parent = nullptr);

  void showScan(const WakeScan& scan, const WakerChoice& choice);
  /// Both tables with their headings.
  QString text() const;

  WakerTable* wakers() const { return wakers_; }
  WakerTable* ifElseHeads() const { return branches_; }

 signals:
  void headClicked(int layer, int head);    ///< among the if-else heads
  void headActivated(int layer, int head);  ///< in either, by a double click or Return

 private:
  QLabel* branchTitle_;
  QLabel* wakerTitle_;
  WakerTable* branches_;
  WakerTable* wakers_;
  QTableView* branchView_;
  QTableView* wakerView_;
};

}  // namespace sinkscope
