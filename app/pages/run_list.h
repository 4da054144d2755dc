#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>
#include <vector>

class QListWidget;
class QListWidgetItem;

namespace sinkscope {

/// One run as the list shows it.
struct ListedRun {
  QString path;  ///< what it is known by
  QString name;
  QString state;  ///< "paused", "waiting"
  QString words;  ///< how far it is

  bool operator==(const ListedRun&) const = default;
};

/// The trainings that are there or wait, and above them a new one. One is chosen to be shown; those that are ticked are
/// drawn over it.
class RunList : public QWidget {
  Q_OBJECT

 public:
  explicit RunList(QWidget* parent = nullptr);

  /// What is chosen and ticked stays so.
  void setRuns(const std::vector<ListedRun>& runs);
  /// Empty: the new one.
  QString chosen() const { return chosen_; }
  /// Chooses one that is or will be in the list; sends no signal.
  void choose(const QString& run);
  /// Those to be compared with the chosen one, without it.
  QStringList ticked() const;

  QListWidget* view() const { return list_; }

 signals:
  void chosenChanged(const QString& run);
  void tickedChanged();

 private:
  void showChosen();

  QString chosen_;
  std::vector<ListedRun> runs_;
  QListWidget* list_;
};

}  // namespace sinkscope
