#pragma once

#include <QWidget>
#include <filesystem>
#include <functional>
#include <vector>

class QListWidget;
class QPushButton;

namespace sinkscope {

class Notice;

/// A list of folders that the user adds to and removes from. What it shows is read anew after each change, since the
/// list is kept elsewhere.
class FolderList : public QWidget {
  Q_OBJECT

 public:
  using Folders = std::vector<std::filesystem::path>;
  struct Store {
    std::function<Folders()> read;
    std::function<void(const Folders&)> write;  ///< throws `Error` when it cannot
  };

  FolderList(const QString& title, const QString& words, Store store, QWidget* parent = nullptr);

  /// Offers to put a folder before the others.
  void offerFirst(const QString& buttonText);
  void add(const QString& folder);
  QListWidget* list() const { return list_; }

 signals:
  void changed();

 private:
  void read();
  void follow();
  void ask();
  void removeCurrent();
  void putCurrentFirst();
  void write(const Folders& folders);

  Store store_;
  QListWidget* list_;
  QPushButton* add_;
  QPushButton* remove_;
  QPushButton* first_;
  Notice* notice_;
};

}  // namespace sinkscope
