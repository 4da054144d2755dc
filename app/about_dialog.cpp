#include "app/about_dialog.h"

#include "app/session.h"
#include "core/byte_text.h"
#include "core/library_versions.h"
#include "core/model/weight_memory.h"
#include "widgets/plot_library.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QPushButton>
#include <QSysInfo>
#include <QVBoxLayout>
#include <utility>
#include <vector>

namespace sinkscope {
namespace {

constexpr int kIcon = 16 * kGrid;

std::vector<std::pair<QString, QString>> rows(const QString& device, int threads) {
  std::vector<std::pair<QString, QString>> rows{{QStringLiteral("Sinkscope"), QStringLiteral(SINKSCOPE_VERSION)}};
  for (const LibraryVersion& library : coreLibraries())
    rows.emplace_back(QString::fromStdString(library.name), QString::fromStdString(library.version));
  rows.emplace_back(QStringLiteral("Qt"), QString::fromLatin1(qVersion()));
  rows.emplace_back(QStringLiteral("QCustomPlot"), plotLibraryVersion());
  rows.emplace_back(QObject::tr("Computes on"), QObject::tr("%1 (there are: %2), %3 threads")
                                                    .arg(device, Session::devices().join(QStringLiteral(", ")))
                                                    .arg(threads));
  rows.emplace_back(QObject::tr("Machine"), QObject::tr("%1, %2, %3 of memory")
                                                .arg(QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture(),
                                                     QString::fromStdString(bytesText(memoryOfMachine()))));
  rows.emplace_back(QObject::tr("Built"), QStringLiteral(SINKSCOPE_BUILD_TYPE ", " SINKSCOPE_COMPILER));
  rows.emplace_back(QObject::tr("Licence"), QObject::tr("GNU General Public License, version 3"));
  return rows;
}

}  // namespace

AboutDialog::AboutDialog(const QString& device, int threads, QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("About Sinkscope"));
  setObjectName(QStringLiteral("about"));
  auto* icon = new QLabel(this);
  icon->setPixmap(QIcon(QStringLiteral(":/sinkscope.svg")).pixmap(kIcon, kIcon));
  auto* name = new QLabel(tr("Sinkscope"), this);
  name->setFont(themeFor(this).heading);
  auto* what = new QLabel(tr("Shows where language models rest their attention, and what that is for."), this);
  what->setWordWrap(true);

  auto* form = new QFormLayout;
  form->setHorizontalSpacing(kMargin);
  form->setVerticalSpacing(kGrid);
  for (const auto& [left, right] : rows(device, threads)) {
    auto* value = new QLabel(right, this);
    value->setTextFormat(Qt::PlainText);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setWordWrap(true);
    form->addRow(left, value);
  }

  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  auto* copy = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
  copy->setObjectName(QStringLiteral("copyAbout"));
  copy->setToolTip(tr("Copy these lines, to report a problem"));
  connect(copy, &QPushButton::clicked, this,
          [device, threads] { QApplication::clipboard()->setText(facts(device, threads)); });
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

  auto* words = new QVBoxLayout;
  words->setSpacing(kGrid);
  words->addWidget(name);
  words->addWidget(what);
  auto* top = new QHBoxLayout;
  top->setSpacing(kMargin);
  top->addWidget(icon);
  top->addLayout(words, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  column->setSpacing(kMargin);
  column->addLayout(top);
  column->addLayout(form);
  column->addWidget(buttons);
  setMinimumWidth(150 * kGrid);
}

QString AboutDialog::facts(const QString& device, int threads) {
  QString lines;
  for (const auto& [left, right] : rows(device, threads)) lines += left + QStringLiteral(": ") + right + '\n';
  return lines;
}

}  // namespace sinkscope
