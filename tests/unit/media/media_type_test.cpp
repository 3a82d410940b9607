#include "server/media/media_response.h"
#include "server/media/media_type.h"

#include <doctest/doctest.h>

using namespace tsunagi::media;
using namespace std::string_view_literals;

TEST_CASE("media: a type is found by content alone")
{
    CHECK(type_of("\xFF\xD8\xFF\xE0rest"sv) == "image/jpeg");
    CHECK(type_of("\x89PNG\r\n\x1A\nrest"sv) == "image/png");
    CHECK(type_of("GIF89a"sv) == "image/gif");
    CHECK(type_of("RIFF\x10\0\0\0WEBPVP8 "sv) == "image/webp");
    CHECK(type_of("%PDF-1.7"sv) == "application/pdf");
    CHECK(type_of("\xFF\xF1\x50\x80"sv) == "audio/aac");
    CHECK(type_of("\0\0\0\x1C""ftypM4A \0\0\0\0isomiso2"sv) == "audio/mp4");
    CHECK(type_of("\0\0\0\x18""ftypmp42\0\0\0\0isommp42"sv) == "video/mp4");
    CHECK(type_of("\0\0\0\x18""ftypXXXX\0\0\0\0isommp42"sv) == "video/mp4");  // a compatible brand
}

TEST_CASE("media: whatever else it claims to be is not kept")
{
    for (const auto bytes : {""sv, "\xFF\xD8"sv, "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"sv, "<html>"sv, "MZ\x90"sv,
                             "PK\x03\x04"sv, "RIFF\x10\0\0\0WAVE"sv, "\0\0\0\x18""ftypheic\0\0\0\0mif1heic"sv, "\0\0\0\xFF""ftyp"sv,
                             " %PDF-1.7"sv, "\0\0\0\x08""ftypisom\0\0\0\0"sv}) {
        CAPTURE(std::string(bytes));
        CHECK(type_of(bytes).empty());
    }
}

TEST_CASE("media: a stranger's file name loses its path, its ending and what is not to be seen")
{
    CHECK(safe_file_name("調停調書.pdf", "application/pdf") == "調停調書.pdf");
    CHECK(safe_file_name("../../etc/passwd", "image/png") == "passwd.png");
    CHECK(safe_file_name("C:\\x\\photo.exe", "image/jpeg") == "photo.jpg");
    CHECK(safe_file_name("a\r\nSet-Cookie: x\"<b>", "image/gif") == "aSet-Cookie: xb.gif");
    CHECK(safe_file_name("gpj.\xE2\x80\xAE" "exe", "image/png") == "gpj.png");
    CHECK(safe_file_name("gpj.\u2066exe", "image/png") == "gpj.png");
    CHECK(safe_file_name("\u2067gpj\u2069", "image/png") == "gpj.png");
    CHECK(safe_file_name("", "image/webp") == "media.webp");
    CHECK(safe_file_name("...", "video/mp4") == "media.mp4");
    CHECK(safe_file_name(std::string(1000, 'x'), "image/png").size() == 104);
}

TEST_CASE("media: what a stranger sent is shown only when it is a picture, never guessed at, never run, never kept on the way")
{
    const auto handed_out = [](const std::string& mime, const std::string& name = "x") {
        return tsunagi::media::media_response({.mime = mime, .file_name = name, .bytes = "bytes"});
    };
    const auto field = [](const tsunagi::http::Response& response, std::string_view name) {
        return std::string(tsunagi::http::find_field(response.fields, name).value_or(""));
    };
    CHECK(field(handed_out("image/png", "a b\".png"), "content-disposition") == "inline; filename*=UTF-8''a%20b%22.png");
    CHECK(field(handed_out("application/pdf"), "content-disposition").starts_with("attachment;"));
    CHECK(field(handed_out("video/mp4"), "content-disposition").starts_with("attachment;"));
    for (const auto* never_kept : {"text/html", "image/svg+xml"}) {
        CHECK(field(handed_out(never_kept), "content-type") == "application/octet-stream");
        CHECK(field(handed_out(never_kept), "content-disposition").starts_with("attachment;"));
    }
    const auto picture = handed_out("image/png");
    CHECK(field(picture, "content-type") == "image/png");
    CHECK(field(picture, "x-content-type-options") == "nosniff");
    CHECK(field(picture, "content-security-policy") == "default-src 'none'; sandbox");
    CHECK(field(picture, "cache-control") == "no-store");
    CHECK(picture.body == "bytes");
}
