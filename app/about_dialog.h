#pragma once

#include <QDialog>
#include <QString>

namespace sinkscope {

/// What the program is, and what somebody who reports a problem is asked for: versions, device, build. Its text can be
/// selected and copied.
class AboutDialog : public QDialog {
  Q_OBJECT

 public:
  /// `device` and `threads`: what is computed with.
  AboutDialog(const QString& device, int threads, QWidget* parent = nullptr);

  /// Line by line: "HDF5: 1.10.8".
  static QString facts(const QString& device, int threads);
};

}  // namespace sinkscope
