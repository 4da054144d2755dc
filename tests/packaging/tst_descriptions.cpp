// The manual page and the completions, beside what --help of every command says.
#include "tests/app/executable.h"

#include <QDir>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestDescriptions : public QObject {
  Q_OBJECT

  struct Command {
    QStringList path, options, below;
  };
  QList<Command> commands_;
  QTemporaryDir folder_;

  /// Reads the help of a command and of all below it.
  void readHelp(const QStringList& path) {
    const Outcome outcome = call(path + QStringList{"--help"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    static const QRegularExpression option(QStringLiteral("^ +(?:(-\\w),)?(--[\\w-]+)"));
    static const QRegularExpression command(QStringLiteral("^  ([\\w-]+) "));
    Command read{path, {}, {}};
    bool commands = false;
    for (const QString& line : QString::fromUtf8(outcome.out).split('\n')) {
      if (!line.startsWith(' ')) commands = line == QLatin1String("Subcommands:");
      if (const auto found = option.match(line); found.hasMatch())
        for (const int name : {1, 2})
          if (!found.captured(name).isEmpty()) read.options.append(found.captured(name));
      if (const auto found = command.match(line); commands && found.hasMatch()) read.below.append(found.captured(1));
    }
    commands_.append(read);
    for (const QString& name : read.below) readHelp(path + QStringList{name});
  }

  QString description(const QString& what) const {
    const Outcome outcome = call({"describe", what});
    return outcome.exitCode == 0 ? QString::fromUtf8(outcome.out) : QString();
  }

  /// The description in a file, for a shell to read.
  QString descriptionFile(const QString& what) const {
    QFile file(folder_.filePath(what));
    const QByteArray text = description(what).toUtf8();
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
  }

  /// The lines that a shell prints when it runs the script, its arguments after it.
  static QStringList linesOf(const QString& shell, const QStringList& arguments) {
    QProcess process;
    process.start(shell, arguments);
    const Outcome outcome = outcomeOf(process);
    if (outcome.exitCode != 0 || !outcome.error.isEmpty()) {
      qWarning().noquote() << shell << arguments.mid(2) << outcome.error;
      return {};
    }
    return QString::fromUtf8(outcome.out).split('\n', Qt::SkipEmptyParts);
  }

  /// What bash proposes after these words.
  QStringList bash(const QStringList& words) const {
    static const QString script = QStringLiteral(
        "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _sinkscope; printf '%s\\n' \"${COMPREPLY[@]}\"");
    return linesOf("bash", QStringList{"-c", script, folder_.filePath("bash"), "sinkscope"} + words);
  }

  /// What fish proposes after these words, without the texts beside it.
  QStringList fish(const QStringList& words) const {
    const QString line = (QStringList{"sinkscope"} + words).join(' ');
    QStringList proposals =
        linesOf("fish", {"--no-config", "-c", "source $argv[1]; complete -C $argv[2]", folder_.filePath("fish"), line});
    for (QString& proposal : proposals) proposal = proposal.section('\t', 0, 0);
    return proposals;
  }

  static void contains(const QStringList& proposals, const QStringList& expected, const QStringList& words) {
    for (const QString& one : expected)
      QVERIFY2(proposals.contains(one),
               qPrintable(one + " is not proposed after " + words.join(' ') + ": " + proposals.join(' ')));
  }

 private slots:
  void initTestCase() {
    QDir::setCurrent(folder_.path());  // what lies in the folder is proposed, too
    readHelp({});
    QVERIFY(commands_.size() > 20);
    QVERIFY(commands_.front().below.contains("analyze") && commands_.front().options.contains("--version"));
    for (const char* what : {"bash", "zsh", "fish"}) QVERIFY(!descriptionFile(what).isEmpty());
  }

  void theManualPageHasEveryCommandAndOption() {
    const QString page = description("man");
    const QStringList sections = page.split(".SS \"sinkscope ");
    QCOMPARE(sections.size(), commands_.size());
    for (qsizetype i = 0; i < commands_.size(); ++i) {
      const Command& command = commands_[i];
      if (!command.path.isEmpty()) {
        const QString title = command.path.join(' ').replace('-', "\\-") + "\"\n";
        QVERIFY2(sections[i].startsWith(title), qPrintable(command.path.join(' ')));
      }
      for (const QString& option : command.options) {
        if (!command.path.isEmpty() && (option == "-h" || option.startsWith("--help"))) continue;  // said once for all
        const QString entry = "\\fB" + QString(option).replace('-', "\\-") + "\\fR";
        QVERIFY2(sections[i].contains(entry), qPrintable(command.path.join(' ') + " " + option));
      }
    }
  }

  void theManualPageIsSound() {
    if (QStandardPaths::findExecutable("groff").isEmpty())
      QSKIP("groff is not here: the manual page was not formatted.");
    const QString page = descriptionFile("man");
    QProcess groff;
    groff.start("groff", {"-man", "-ww", "-Kutf8", "-Tutf8", page});
    const Outcome outcome = outcomeOf(groff);
    QCOMPARE(outcome.exitCode, 0);
    QCOMPARE(outcome.error, QByteArray());
    const QString text =
        QString::fromUtf8(outcome.out).remove(QRegularExpression(".\x08")).simplified();  // bold: struck twice
    QVERIFY2(text.contains("-m, --model TEXT") && text.contains("one of fitting, float32"),
             qPrintable(text.left(4000)));
  }

  void bashProposesEveryCommandAndOption() {
    for (const Command& command : commands_) {
      contains(bash(command.path + QStringList{"-"}), command.options, command.path);
      contains(bash(command.path + QStringList{""}), command.below, command.path);
    }
    QCOMPARE(bash({"analyze", "--weights", "st"}), (QStringList{"stored", "streamed"}));
    QCOMPARE(bash({"analyze", "--tokens", ""}), QStringList());
    QCOMPARE(bash({"inspect", folder_.filePath("ba")}), QStringList(folder_.filePath("bash")));
    QCOMPARE(bash({"analyze", "--out", folder_.filePath("ba")}), QStringList(folder_.filePath("bash")));
    QCOMPARE(bash({"models", folder_.filePath("ba")}), QStringList());  // it takes no file
    QCOMPARE(bash({"ru"}), QStringList("runs"));
  }

  void fishProposesEveryCommandAndOption() {
    if (QStandardPaths::findExecutable("fish").isEmpty()) QSKIP("fish is not here: its completion was not tried.");
    for (const Command& command : commands_) {
      const QStringList dashed = fish(command.path + QStringList{"-"});
      contains(dashed, command.options, command.path);
      contains(fish(command.path + QStringList{"''"}), command.below, command.path);
    }
    QCOMPARE(fish({"analyze", "--weights", "st"}), (QStringList{"stored", "streamed"}));
    QCOMPARE(fish({"analyze", "--tokens", "''"}), QStringList());
  }

  /// zsh completes only at a terminal: here its functions tell what they would hand to _arguments and _describe.
  void zshIsGivenEveryCommandAndOption() {
    if (QStandardPaths::findExecutable("zsh").isEmpty()) QSKIP("zsh is not here: its completion was not tried.");
    const QString script = QStringLiteral(
        "_arguments() { print -rl -- \"$@\"; state=$wanted; }; _describe() { print -rl -- \"${(P@)4}\"; };"
        "_files() { }; wanted=; source $1 > /dev/null; wanted=command; $2");
    for (const Command& command : commands_) {
      const QString function = (QStringList{"_sinkscope"} + command.path).join('_').replace('-', '_');
      const QString given = linesOf("zsh", {"-f", "-c", script, "zsh", folder_.filePath("zsh"), function}).join('\n');
      for (const QString& option : command.options)
        QVERIFY2(given.contains(QRegularExpression("[*)]" + option + "\\[")), qPrintable(function + " " + option));
      for (const QString& below : command.below)
        QVERIFY2(given.contains("\n" + below + ":"), qPrintable(function + " " + below));
    }
  }
};

QTEST_GUILESS_MAIN(TestDescriptions)
#include "tst_descriptions.moc"
