#include "core/model/file_hash.h"

#include "damage.h"

#include <QCryptographicHash>
#include <QTemporaryDir>

#include <filesystem>

using namespace sinkscope;

class TestFileHash : public QObject {
  Q_OBJECT
 private slots:
  void init() { qputenv("XDG_CACHE_HOME", QFile::encodeName(folder_.filePath(QStringLiteral("cache")))); }
  void knownHash();
  void largeFile();
  void unchangedFilesAreHashedOnce();
  void cacheMayBeBroken();
  void cacheMayBeUnwritable();
  void stops();

 private:
  QByteArray hashOf(const QString& name) {
    return QByteArray::fromStdString(sha256Of(folder_.filePath(name).toStdString()));
  }

  QTemporaryDir folder_;
};

void TestFileHash::knownHash() {  // the example of FIPS 180-2
  damage::writeAll(folder_.filePath(QStringLiteral("abc")), "abc");
  QCOMPARE(hashOf(QStringLiteral("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

void TestFileHash::largeFile() {
  QByteArray bytes(3'000'001, '\0');
  for (qsizetype i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 / 3);
  damage::writeAll(folder_.filePath(QStringLiteral("large")), bytes);
  QCOMPARE(hashOf(QStringLiteral("large")), QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

// A change that keeps size and time is not seen: that is how it shows that the file was not read again.
void TestFileHash::unchangedFilesAreHashedOnce() {
  const QString path = folder_.filePath(QStringLiteral("file"));
  const std::filesystem::path file = path.toStdString();
  damage::writeAll(path, "first");
  const auto time = std::filesystem::last_write_time(file);
  const QByteArray first = hashOf(QStringLiteral("file"));
  damage::writeAll(path, "other");
  std::filesystem::last_write_time(file, time);
  QCOMPARE(hashOf(QStringLiteral("file")), first);
  std::filesystem::last_write_time(file, time + std::chrono::seconds(1));
  QCOMPARE(hashOf(QStringLiteral("file")), QCryptographicHash::hash("other", QCryptographicHash::Sha256).toHex());
  damage::writeAll(path, "another");
  std::filesystem::last_write_time(file, time);
  QCOMPARE(hashOf(QStringLiteral("file")), QCryptographicHash::hash("another", QCryptographicHash::Sha256).toHex());
}

void TestFileHash::cacheMayBeBroken() {
  const QString cache = folder_.filePath(QStringLiteral("cache/sinkscope/sha256"));
  QVERIFY(QFile::exists(cache));
  damage::writeAll(cache, QByteArray("\n\0\xff x\n", 6) + QByteArray(1000, 'y'));
  knownHash();
}

void TestFileHash::cacheMayBeUnwritable() {
  damage::writeAll(folder_.filePath(QStringLiteral("notAFolder")), "");
  qputenv("XDG_CACHE_HOME", QFile::encodeName(folder_.filePath(QStringLiteral("notAFolder"))));
  knownHash();
}

void TestFileHash::stops() {
  damage::writeAll(folder_.filePath(QStringLiteral("stopped")), "x");
  std::stop_source stop;
  stop.request_stop();
  QVERIFY_THROWS_EXCEPTION(Stopped,
                           sha256Of(folder_.filePath(QStringLiteral("stopped")).toStdString(), Job(stop.get_token())));
}

QTEST_GUILESS_MAIN(TestFileHash)
#include "tst_file_hash.moc"
