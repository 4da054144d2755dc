#include "core/model/sha256.h"

#include "core/error.h"

#include <openssl/evp.h>

namespace sinkscope {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  bool works = context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;

void Sha256::add(const void* bytes, std::size_t size) {
  state_->works = state_->works && EVP_DigestUpdate(state_->context, bytes, size) == 1;
}

std::string Sha256::hexadecimal() {
  unsigned char digest[32] = {};
  if (!state_->works || EVP_DigestFinal_ex(state_->context, digest, nullptr) != 1)
    throw Error("A SHA-256 could not be computed.");
  std::string text;
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace sinkscope
