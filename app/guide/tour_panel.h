#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace sinkscope {

struct TourStep;

/// The tour's slim panel below the pages: where one is, what one sees, and where to go next. The pages stay alive.
class TourPanel : public QFrame {
  Q_OBJECT

 public:
  explicit TourPanel(QWidget* parent = nullptr);

  void showStep(const TourStep& step, int number, int of);

 signals:
  void backWanted();
  void nextWanted();
  void leaveWanted();
  void helpWanted();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void restyle();

  QLabel* title_;
  QLabel* text_;
  QPushButton* back_;
  QPushButton* next_;
};

}  // namespace sinkscope
