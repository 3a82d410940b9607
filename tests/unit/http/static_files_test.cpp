#include "server/http/static_files.h"
#include "tests/unit/http/running_server.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace tsunagi::http;
using namespace tsunagi::http::test;
namespace fs = std::filesystem;

namespace {

/// A built web app in a directory of its own, with things beside it that nobody may see.
struct BuiltApp {
    BuiltApp() : root(fs::temp_directory_path() / ("tsunagi-static-" + std::to_string(::getpid())))
    {
        fs::remove_all(root);
        put("secret.txt", "outside");
        put("dist/index.html", "<!doctype html>index");
        put("dist/favicon.svg", "<svg/>");
        put("dist/assets/index-B7tQ0x3e.js", "script");
        put("dist/assets/some-filename.css", "style");
        put("dist/assets/longer-name.B7tQ0x3e.js", "script");
        put("dist/assets/B7tQ0x3eB7tQ0x3e.js", "script");
        put("dist/pages/index-B7tQ0x3e.js", "script");
        put("dist/.hidden", "hidden");
        put("dist/.git/config.txt", "hidden");
        fs::create_symlink(root / "secret.txt", root / "dist/link.txt");
        fs::create_directory_symlink(root, root / "dist/up");
    }
    ~BuiltApp() { fs::remove_all(root); }
    void put(const std::string& name, std::string_view text) const
    {
        fs::create_directories((root / name).parent_path());
        std::ofstream(root / name) << text;
    }
    fs::path dist() const { return root / "dist"; }
    fs::path root;
};

/// Serves `routes` on a thread of its own.
struct Site {
    explicit Site(std::vector<Route> routes) : threads(1), server(threads.contexts(), {}, std::move(routes))
    {
        server.start();
    }
    RawResponse get(std::string_view path, std::string_view fields = {})
    {
        Raw raw(server.port());
        raw.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n");
        auto response = raw.receive();
        REQUIRE(response);
        return *response;
    }
    Threads threads;
    Server server;
};

}  // namespace

TEST_CASE("static files: each with its type, the caller's headers, and what may be cached")
{
    const BuiltApp app;
    Site site(static_routes("/console/", app.dist(), {{"Content-Security-Policy", "default-src 'self'"}}));

    const auto index = site.get("/console/");
    CHECK(index.status == 200);
    CHECK(index.body == "<!doctype html>index");
    CHECK(index.field("content-type") == "text/html; charset=utf-8");
    CHECK(index.field("cache-control") == "no-cache");
    CHECK(index.field("content-security-policy") == "default-src 'self'");
    CHECK(index.field("x-content-type-options") == "nosniff");

    const auto script = site.get("/console/assets/index-B7tQ0x3e.js");
    CHECK(script.body == "script");
    CHECK(script.field("content-type") == "text/javascript; charset=utf-8");
    CHECK(script.field("cache-control") == "public, max-age=31536000, immutable");
    for (const auto* not_named_by_its_content : {"assets/some-filename.css", "assets/longer-name.B7tQ0x3e.js", "assets/B7tQ0x3eB7tQ0x3e.js", "pages/index-B7tQ0x3e.js"})
        CHECK(site.get(std::string("/console/") + not_named_by_its_content).field("cache-control") == "no-cache");
    CHECK(site.get("/console/favicon.svg").field("content-type") == "image/svg+xml");
}

TEST_CASE("static files: an unchanged file is not sent again")
{
    const BuiltApp app;
    Site site(static_routes("/console/", app.dist()));
    const auto etag = site.get("/console/").field("etag");
    REQUIRE_FALSE(etag.empty());
    for (const auto& known : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
        CAPTURE(known);
        const auto response = site.get("/console/", "If-None-Match: " + known + "\r\n");
        CHECK(response.status == 304);
        CHECK(response.body.empty());
        CHECK(response.field("etag") == etag);
    }
    CHECK(site.get("/console/", "If-None-Match: \"other\"\r\n").status == 200);
}

TEST_CASE("static files: the app's own addresses are its index, missing files are 404")
{
    const BuiltApp app;
    Site site(static_routes("/console", app.dist()));  // with or without the slash at its end
    CHECK(site.get("/console/conversations/01J0").body == "<!doctype html>index");
    CHECK(site.get("/console/assets/gone-B7tQ0x3e.js").status == 404);
    const auto bare = site.get("/console");
    CHECK(bare.status == 308);
    CHECK(bare.field("location") == "/console/");
}

TEST_CASE("static files: nothing outside the directory, nothing hidden, nothing behind a link")
{
    const BuiltApp app;
    Site site(static_routes("/", app.dist()));
    for (const auto* path : {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/a/../../secret.txt"})
        CHECK(site.get(path).status == 400);
    for (const auto* path : {"/link.txt", "/up/secret.txt", "/.hidden", "/.git/config.txt", "//etc/hosts.txt"})
        CHECK(site.get(path).status == 404);
}

TEST_CASE("static files: a directory that is not there, or too large for memory, is told at the start")
{
    const BuiltApp app;
    app.put("dist/film.mp4", "");
    fs::resize_file(app.dist() / "film.mp4", static_bytes_max);
    CHECK_THROWS_AS(static_routes("/console/", app.dist()), std::runtime_error);
    CHECK_THROWS_AS(static_routes("/console/", "/nowhere/at/all"), std::runtime_error);
    CHECK_THROWS_AS(static_routes("console", "/tmp"), std::runtime_error);
}
