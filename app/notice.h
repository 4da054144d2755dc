#pragma once

#include <QString>
#include <QWidget>
#include <functional>

class QLabel;
class QToolButton;

namespace sinkscope {

/// One sentence about something that went wrong, in place: what was there before stays; or a hint, with something that
/// can be done. Hidden when there is none.
class Notice : public QWidget {
  Q_OBJECT

 public:
  explicit Notice(QWidget* parent = nullptr);

  void showError(const QString& sentence, const QString& details);
  void showHint(const QString& sentence, const QString& button, std::function<void()> whenPressed);
  void clear();
  QString sentence() const;
  const QString& details() const { return details_; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void restyle();

  QLabel* text_;
  QToolButton* copy_;
  QToolButton* do_;
  std::function<void()> whenPressed_;
  bool isError_ = true;
  QString details_;
};

}  // namespace sinkscope
