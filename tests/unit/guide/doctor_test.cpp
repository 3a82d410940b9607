#include "server/ops/doctor.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <sstream>

using namespace tsunagi;
namespace fs = std::filesystem;

namespace {

/// A copy of the shipped config with secrets and https, every line verified and every item of the checklist ticked:
/// ready, until a test takes one thing away. The destructor removes it.
class Ready {
public:
    Ready() : root_(fs::temp_directory_path() / ("tsunagi-doctor-" + std::to_string(std::random_device{}())))
    {
        fs::create_directories(root_ / "var/demo/secrets");
        fs::copy("config", config(), fs::copy_options::recursive);
        fs::remove_all(config() / "risk");  // not looked at here, and the slowest to read
        for (const char* name : {"line-secret", "line-token"})
            write(std::string("var/demo/secrets/") + name, "a-secret-of-thirty-two-characters\n");
        write("var/demo/secrets/master-key", std::string(64, 'a') + "\n");
        replace("config/tsunagi.yaml", "public_url: [^\n]*", "public_url: https://madoguchi.example.jp");
        replace("config/tsunagi.yaml", "console_dir: [^\n]*", "console_dir: " + root_.string());  // tests run without a built console
        for (const auto& file : fs::directory_iterator(config() / "hotlines")) {
            const auto name = "config/hotlines/" + file.path().filename().string();
            replace(name, "source_url: \"\"", "source_url: \"https://example.jp/\"");
            replace(name, "verified_at: \"\"", "verified_at: \"2026-11-20\"");
            replace(name, "verified_by: \"\"", "verified_by: \"やまだ\"");
            replace(name, "review_by: \"[^\"]*\"", "review_by: \"2099-01-01\"");
        }
        fs::copy("deploy/before-you-open.md", config() / "before-you-open.md");
        replace("config/before-you-open.md", "- \\[ \\]", "- [x]");
    }
    ~Ready() { fs::remove_all(root_); }
    Ready(const Ready&) = delete;
    Ready& operator=(const Ready&) = delete;

    fs::path config() const { return root_ / "config"; }
    void write(const std::string& name, const std::string& text) const { std::ofstream(root_ / name) << text; }
    void replace(const std::string& name, const std::string& pattern, const std::string& with) const
    {
        std::ifstream file(root_ / name);
        std::stringstream bytes;
        bytes << file.rdbuf();
        write(name, std::regex_replace(bytes.str(), std::regex(pattern), with));
    }

    std::chrono::sys_days today{std::chrono::year{2026} / std::chrono::November / 23};
    int run(std::optional<ops::StaffCounts> staff = ops::StaffCounts{{"mirai", 2}}, std::vector<ops::StoreFinding> in_store = {})
    {
        std::ostringstream out;
        const int code = ops::doctor({config(), {}, std::move(staff), std::move(in_store), today}, out);
        said = out.str();
        return code;
    }

    std::string said;

private:
    fs::path root_;
};

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

/// The desk serves TLS by itself, with a certificate for `host` that ends `seconds` from now.
void serve_tls(const Ready& desk, const std::string& host, long seconds)
{
    const auto files = desk.config().parent_path();
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(certificate), -100L * 24 * 60 * 60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
    X509_sign(certificate, key, EVP_sha256());
    for (const auto* name : {"certificate.pem", "key.pem"}) {
        std::FILE* out = std::fopen((files / name).c_str(), "wb");
        REQUIRE(out != nullptr);
        name[0] == 'c' ? PEM_write_X509(out, certificate) : PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(out);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    desk.replace("config/tsunagi.yaml", "\nadmin:", "\n  tls: {certificate: ../certificate.pem, key: ../key.pem}\nadmin:");
}

}  // namespace

TEST_CASE("doctor: a desk that has done everything is ready")
{
    Ready desk;
    CHECK_MESSAGE(desk.run() == 0, desk.said);
    CHECK(says(desk.said, "0 open"));
    CHECK(says(desk.said, "ready"));
    CHECK_FALSE(says(desk.said, "not ready"));
}

TEST_CASE("doctor: each essential thing that is missing is told, and the desk is not ready")
{
    struct Missing {
        const char* file;
        const char* pattern;
        const char* with;
        const char* told;
    };
    const Missing kinds[] = {
        {"config/tsunagi.yaml", "https://madoguchi", "http://madoguchi", "public_url is not https"},
        {"config/hotlines/violence-at-home.yaml", "verified_at: \"2026-11-20\"", "verified_at: \"\"", "dvplus"},
        {"config/hotlines/emergency.yaml", "2099-01-01", "2026-01-01", "too long ago: police110"},
        {"config/desks/mirai/desk.yaml", "content_on_line: in_line[^\n]*", "", "nobody has chosen"},
        {"config/desks/mirai/desk.yaml", "retention: [^\n]*", "", "no time of keeping"},
        {"config/before-you-open.md", "- \\[x\\] \\*\\*必須\\*\\* `leak-plan`", "- [ ] **必須** `leak-plan`",
         "leak-plan"},
        {"config/before-you-open.md", "- \\[x\\]", "done:", "has no line of a checklist"},
        {"var/demo/secrets/line-token", "a-secret.*\n", "", "line-token"},
    };
    for (const auto& kind : kinds) {
        Ready desk;
        desk.replace(kind.file, kind.pattern, kind.with);
        CAPTURE(kind.told);
        CHECK(desk.run() == 1);
        CHECK_MESSAGE(says(desk.said, kind.told), desk.said);
        CHECK_FALSE(says(desk.said, "a-secret"));
    }
}

TEST_CASE("doctor: one person alone cannot open a desk; uncounted staff is a note")
{
    Ready desk;
    CHECK(desk.run(ops::StaffCounts{{"mirai", 1}}) == 1);
    CHECK(says(desk.said, "fewer than two"));
    CHECK(desk.run(ops::StaffCounts{}) == 1);
    CHECK(desk.run(std::nullopt) == 0);
    CHECK(says(desk.said, "note: desk mirai: staff were not counted"));
}

TEST_CASE("doctor: what is not essential is a note; languages that miss texts are named")
{
    Ready desk;
    desk.replace("config/before-you-open.md", "- \\[x\\] `patent-advice`", "- [ ] `patent-advice`");
    std::ofstream(desk.config() / "messages/zz.yaml") << "zz.new: {ja: あたらしい}\n";
    CHECK(desk.run() == 0);
    CHECK(says(desk.said, "note: "));
    CHECK(says(desk.said, "patent-advice"));
    CHECK(says(desk.said, "for en: "));
}

TEST_CASE("doctor: without a copy of its own, the checklist that came with the program is read")
{
    Ready desk;
    fs::remove(desk.config() / "before-you-open.md");
    CHECK(desk.run() == 1);
    CHECK(says(desk.said, "there is no checklist"));
    fs::create_directories(desk.config().parent_path() / "deploy");
    fs::copy("deploy/before-you-open.md", desk.config().parent_path() / "deploy/before-you-open.md");
    CHECK(desk.run() == 1);
    CHECK(says(desk.said, "hotlines-called"));
    CHECK(says(desk.said, "staff-two"));
}

TEST_CASE("doctor: a certificate that has ended, ends soon, or is another name's is told before LINE and every browser refuse it")
{
    constexpr long day = 24L * 60 * 60;
    struct Row {
        std::string host;
        long seconds;
        int code;
        std::string words;
    };
    for (const Row& row : {Row{"madoguchi.example.jp", 60 * day, 0, "0 open"}, Row{"madoguchi.example.jp", -day, 1, "the certificate ended on "},
                           Row{"madoguchi.example.jp", 3 * day + 60, 1, "in 3 days"}, Row{"other.example.jp", 60 * day, 1, "is not for madoguchi.example.jp"}}) {
        Ready desk;
        serve_tls(desk, row.host, row.seconds);
        CHECK(desk.run() == row.code);
        CHECK_MESSAGE(says(desk.said, row.words), desk.said);
    }
}

TEST_CASE("doctor: certificate and key that cannot be served are told with file and line")
{
    Ready desk;
    serve_tls(desk, "madoguchi.example.jp", 60L * 24 * 60 * 60);
    desk.write("key.pem", "nonsense");
    CHECK(desk.run() == 1);
    CHECK_MESSAGE(says(desk.said, "key.pem is no private key in PEM"), desk.said);
    CHECK_MESSAGE(says(desk.said, "tsunagi.yaml:"), desk.said);
}

TEST_CASE("doctor: people known by a channel that config no longer names keep a desk from opening where it looks renamed")
{
    Ready desk;
    const ops::StaffCounts staff{{"mirai", 2}};
    CHECK(desk.run(staff, {{"people are known by line-old", "give it its old name back", true}}) == 1);
    CHECK(says(desk.said, "open: people are known by line-old; give it its old name back"));
    CHECK(desk.run(staff, {{"people are known by line-old", "nothing is to be done", false}}) == 0);
    CHECK(says(desk.said, "note: people are known by line-old; nothing is to be done"));
}

TEST_CASE("doctor: closed days that end before the next New Year are a note 60 days before, not earlier and not once they are written")
{
    using namespace std::chrono;
    Ready desk;
    CHECK(desk.run() == 0);
    CHECK_FALSE(says(desk.said, "New Year"));
    desk.today = year{2027} / November / 10;
    CHECK(desk.run() == 0);
    CHECK(says(desk.said, "the last one written is 2027-01-04"));
    CHECK(says(desk.said, "on 2027-12-29 people would be told"));
}
