#pragma once
#include <filesystem>
#include <string>

namespace tsunagi::http::test {

/// A directory for one test's certificate and key, removed at its end.
class Certificate {
public:
    /// Self-signed, for `host` as a DNS name (and for 127.0.0.1 when `host` is "localhost").
    explicit Certificate(const std::string& host);
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    /// Puts the files of `other` in place of these, as a renewal does.
    void replace_with(const Certificate& other) const;
    std::string certificate_file() const { return (directory_ / "certificate.pem").string(); }
    std::string key_file() const { return (directory_ / "key.pem").string(); }

private:
    std::filesystem::path directory_;
};

}  // namespace tsunagi::http::test
