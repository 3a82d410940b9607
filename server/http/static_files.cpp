#include "server/http/static_files.h"

#include "server/http/refusals.h"
#include "server/http/wire.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <stdexcept>

namespace tsunagi::http {
namespace {

namespace fs = std::filesystem;

struct File {
    std::string bytes;
    std::string etag;
    std::string_view type;
    bool immutable = false;
};

struct Site {
    std::map<std::string, File, std::less<>> files;  ///< by path below the directory, with '/'
    Fields headers;
};

std::string_view content_type(std::string_view path)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> types{{
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json; charset=utf-8"},
        {".map", "application/json; charset=utf-8"},
        {".webmanifest", "application/manifest+json; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".webp", "image/webp"},
        {".gif", "image/gif"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".mp3", "audio/mpeg"},
        {".wasm", "application/wasm"},
    }};
    for (const auto& [ending, type] : types)
        if (path.ends_with(ending)) return type;
    return "application/octet-stream";
}

std::string etag_of(std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 is not available");
    constexpr std::size_t etag_bytes = 16;  // half of SHA-256 is more than enough to tell two builds apart
    static constexpr char digits[] = "0123456789abcdef";
    std::string tag = "\"";
    for (std::size_t at = 0; at < etag_bytes; ++at) {
        tag += digits[digest[at] >> 4];
        tag += digits[digest[at] & 15];
    }
    return tag + '"';
}

/// `assets/name-HASH.ext` with the eight characters that Vite's bundler writes. A word of eight small letters is taken
/// for a word: asking again for a file is a small cost, keeping a stale one for good is not.
bool carries_hash(std::string_view path)
{
    constexpr std::size_t hash_size = 8;
    if (!path.starts_with("assets/")) return false;
    const auto stem = path.substr(0, path.find('.'));
    if (stem.size() <= hash_size || stem[stem.size() - hash_size - 1] != '-') return false;
    const auto hash = stem.substr(stem.size() - hash_size);
    const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto telling = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return std::any_of(hash.begin(), hash.end(), telling) && std::all_of(hash.begin(), hash.end(), [&](char c) {
               return small(c) || telling(c) || c == '-' || c == '_';
           });
}

std::string read_file(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return bytes;
}

Site load(const fs::path& directory, Fields headers)
{
    Site site{.files = {}, .headers = std::move(headers)};
    std::size_t total = 0;
    for (auto it = fs::recursive_directory_iterator(directory); it != fs::recursive_directory_iterator(); ++it) {
        const bool hidden = it->path().filename().string().starts_with('.');
        if (hidden || it->is_symlink()) {
            it.disable_recursion_pending();
            continue;
        }
        if (!it->is_regular_file()) continue;
        if ((total += it->file_size()) > static_bytes_max)
            throw std::runtime_error("too much to serve in " + directory.string());
        auto name = it->path().lexically_relative(directory).generic_string();
        File file{.bytes = read_file(it->path())};
        file.etag = etag_of(file.bytes);
        file.type = content_type(name);
        file.immutable = carries_hash(name);
        site.files.emplace(std::move(name), std::move(file));
    }
    return site;
}

const File* find(const Site& site, std::string_view path)
{
    if (path.empty()) path = "index.html";
    if (const auto it = site.files.find(path); it != site.files.end()) return &it->second;
    const auto last = path.substr(path.rfind('/') + 1);
    if (last.find('.') != std::string_view::npos) return nullptr;
    const auto index = site.files.find("index.html");
    return index == site.files.end() ? nullptr : &index->second;
}

/// RFC 9110 13.1.2: the weak comparison, over a list.
bool matches(std::string_view if_none_match, std::string_view etag)
{
    while (!if_none_match.empty()) {
        const auto comma = if_none_match.find(',');
        auto one = trimmed(if_none_match.substr(0, comma));
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == etag || one == "*") return true;
        if_none_match.remove_prefix(comma == std::string_view::npos ? if_none_match.size() : comma + 1);
    }
    return false;
}

net::awaitable<Response> answer(std::shared_ptr<const Site> site, Request request)
{
    const auto rest = request.captures.find("rest");
    const File* file =
        find(*site, rest == request.captures.end() ? std::string_view{} : std::string_view(rest->second));
    if (file == nullptr) co_return refusal(404, "not_found");
    Response response{.status = 200, .fields = site->headers, .body = {}};
    response.fields.emplace_back("ETag", file->etag);
    response.fields.emplace_back("Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (matches(request.field("if-none-match"), file->etag)) {
        response.status = 304;
        co_return response;
    }
    response.fields.emplace_back("Content-Type", file->type);
    response.body = file->bytes;
    co_return response;
}

/// `/console` -> `/console/`, or the relative addresses inside the page would point nowhere.
net::awaitable<Response> redirect(std::string location)
{
    co_return Response{.status = 308, .fields = {{"Location", std::move(location)}}, .body = {}};
}

}  // namespace

std::vector<Route> static_routes(std::string prefix, const fs::path& directory, Fields headers)
{
    if (!prefix.starts_with('/')) throw std::runtime_error("a prefix begins with a slash");
    if (!prefix.ends_with('/')) prefix += '/';
    std::shared_ptr<const Site> site;
    try {
        site = std::make_shared<const Site>(load(directory, std::move(headers)));
    } catch (const fs::filesystem_error& error) {
        throw std::runtime_error("cannot serve " + directory.string() + ": " + error.code().message());
    }
    std::vector<Route> routes;
    routes.push_back({.method = Method::get, .pattern = prefix + "{rest*}", .handler = [site](Request request) {
                          return answer(site, std::move(request));
                      }});
    if (prefix != "/")
        routes.push_back({.method = Method::get,
                          .pattern = prefix.substr(0, prefix.size() - 1),
                          .handler = [prefix](Request) { return redirect(prefix); }});
    return routes;
}

}  // namespace tsunagi::http
