#pragma once

#include <QByteArray>
#include <QList>

#include <vector>

/// Writes GGUF files byte by byte, right and wrong ones.
namespace gguf_bytes {

template <typename T>
void append(QByteArray& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

inline void appendText(QByteArray& bytes, const QByteArray& text) {
  append<quint64>(bytes, static_cast<quint64>(text.size()));
  bytes.append(text);
}

inline QByteArray header(quint32 version, quint64 tensors, quint64 values) {
  QByteArray bytes("GGUF");
  append(bytes, version);
  append(bytes, tensors);
  append(bytes, values);
  return bytes;
}

/// A metadata entry: key, type, value.
template <typename T>
QByteArray entry(const QByteArray& key, quint32 type, T value) {
  QByteArray bytes;
  appendText(bytes, key);
  append(bytes, type);
  append(bytes, value);
  return bytes;
}
inline QByteArray entry(const QByteArray& key, quint32 value) {
  return entry(key, 4, value);
}
inline QByteArray entry(const QByteArray& key, float value) {
  return entry(key, 6, value);
}
inline QByteArray entry(const QByteArray& key, const char* text) {
  QByteArray bytes;
  appendText(bytes, key);
  append<quint32>(bytes, 8);
  appendText(bytes, text);
  return bytes;
}
inline QByteArray entry(const QByteArray& key, const std::vector<quint32>& numbers) {
  QByteArray bytes;
  appendText(bytes, key);
  append<quint32>(bytes, 9);
  append<quint32>(bytes, 4);
  append<quint64>(bytes, numbers.size());
  for (const quint32 number : numbers) append(bytes, number);
  return bytes;
}

/// A float32 tensor of a file under construction; dimensions in GGUF's order, innermost first.
struct Tensor {
  QByteArray name;
  std::vector<quint64> dimensions;
  std::vector<float> values;
};

/// A whole file of these metadata entries and tensors.
inline QByteArray file(const QList<QByteArray>& entries, const std::vector<Tensor>& tensors) {
  QByteArray bytes = header(3, tensors.size(), static_cast<quint64>(entries.size()));
  for (const QByteArray& one : entries) bytes.append(one);
  QByteArray data;
  for (const Tensor& tensor : tensors) {
    appendText(bytes, tensor.name);
    append<quint32>(bytes, static_cast<quint32>(tensor.dimensions.size()));
    for (const quint64 length : tensor.dimensions) append(bytes, length);
    append<quint32>(bytes, 0);  // F32
    append<quint64>(bytes, static_cast<quint64>(data.size()));
    for (const float value : tensor.values) append(data, value);
    data.append(QByteArray((32 - data.size() % 32) % 32, '\0'));
  }
  bytes.append(QByteArray((32 - bytes.size() % 32) % 32, '\0'));
  return bytes + data;
}

}  // namespace gguf_bytes
