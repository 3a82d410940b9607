// crisis-language.md section 7: the manners of typing that a held-out set is cut by. Each manner says the danger and the everyday,
// so that the manner itself says nothing.
#include "tests/unit/risk/shipped.h"

using namespace tsunagi;
using tests::level_of;

namespace {
struct Pair {
    const char* danger;
    int least;
    const char* everyday;
};

void check(const std::vector<Pair>& pairs)
{
    for (const auto& pair : pairs) {
        CAPTURE(std::string(pair.danger));
        CHECK(level_of(pair.danger) >= pair.least);
        CAPTURE(std::string(pair.everyday));
        CHECK(level_of(pair.everyday) <= 1);
    }
}
}  // namespace

TEST_CASE("risk: pictures with hardly a word beside them")
{
    check({{"パパ👊👦😭 毎日", 3, "パパ👊✨ 運動会がんばれー"},
           {"🏠❌🔑❌ こどもと🌙🥶", 2, "🏠🔑 新しい家の鍵もらった✨"},
           {"🍚❌3日 👶🍼💧だけ", 2, "🍚🍙 おべんとう完成💪"},
           {"👀🚙 また家の前😨", 2, "🚙🏠 家の前で洗車中"},
           {"📱👀夫 🤫けして", 2, "📱👀 動画みてる"},
           {"💀になりたい", 2, "💀💀 テスト終わった"},
           {"👶😶 おきない‼️🚑", 4, "👶😴 やっと寝た🙌"},
           {"😡🔪👉夫 もう止まれない", 3, "🔪🍅 サラダつくる"}});
}

TEST_CASE("risk: the same pictures in everyday life")
{
    for (const char* text : {"🏢👋 おさき", "🌊行ってきた👋", "🚗お墓参り🪦", "👶起きない、よく寝る子", "👦息子の誕生日🎂", "首こり😵", "🔑❌ 忘れた", "🚗😴👶 やっと寝た",
                             "🍞🙅 アレルギーなので", "💴1000円で🍞買えた", "パパ👊がんばれ", "コロナ陽性どうしよう"}) {
        CAPTURE(text);
        CHECK(level_of(text) <= 1);
    }
}

TEST_CASE("risk: Japanese in Latin letters")
{
    check({{"shinitai. mou iya da", 2, "ima eki no homu desu, tsugi no densha de tsukimasu!"},
           {"otto ni nagurareta. kowai", 2, "danna to kenka shita. demo nakanaori shita yo"},
           {"akachan ga keiren shiteru shiroi me yondemo dame", 3, "musuko no tanjoubi! 5sai ni narimashita"}});
}

TEST_CASE("risk: what is denied and what follows the denial")
{
    check({{"自殺なんてしませんよ。でも車が突っ込んできたら避けないと思う", 2, "自殺のニュースは見ないようにしています。子どもがいるので"},
           {"トラックが来ても避けないと思う", 2, "車が来たら逃げないとだめだよと教えています"},
           {"死にたいわけじゃないよ。ただ寝たまま終わっててくれたらなって", 2, "死にたいとかではないです。ただちょっと疲れただけなので心配しないでくださいね"}});
}

TEST_CASE("risk: one sentence of danger among others about everyday life")
{
    check({{"児童手当の口座って離婚前でも変えられますか。お金の話をすると殴られるので、内緒でできる方法があれば知りたいです", 2,
            "児童手当の口座って離婚前でも変えられますか。夫の口座のままなので、引っ越しの前に済ませておけたらと思っています"},
           {"車で寝て3日目です。上の子が小学校なので校区から離れたくなくて", 2, "車で3時間の実家に帰っています。上の子が小学校なので日曜には戻ります"}});
}

TEST_CASE("risk: thanks with the things that stay behind are a farewell, thanks alone are thanks")
{
    check({{"返信は結構です。皆さんには本当によくして頂きました。通帳と印鑑は娘のランドセルの内ポケットです", 3,
            "先日は本当によくして頂きました。書類も通りました。ありがとうございました"},
           {"今までありがとうございました。猫は姉に頼みました", 3, "お世話になりました。犬は母に預けました"}});
}

TEST_CASE("risk: other languages, in words that no direct phrase has")
{
    check({{"Naubos ko na po lahat ng gamot, sorry po sa inyong lahat", 4, "naubos ko na po yung antibiotic, babalik pa po ba ako sa doktor?"},
           {"gusto ko na pong mamatay", 2, "gusto ko na pong mag-apply ng allowance"},
           {"He said file for rikon and I will kill you", 3, "my son killed the boss in the game, so proud"},
           {"cutting every night since the chotei started", 3, "I started cutting carbs again, any cheap recipes?"},
           {"the kids would get a nicer mum if I just disappeared", 2, "my phone disappeared at the kuyakusho, where is lost and found?"},
           {"I am on the tracks", 3, "the train was late because of an accident on the tracks, can I come at 3"},
           {"I have a rope, I will jump", 2, "we jump rope in the park every sunday, where can I buy a cheap one"},
           {"naglalaslas na naman po ako gabi gabi", 2, "naghahanap po ako ng hoikuen malapit sa station"},
           {"meu marido me tranca em casa e levou meu celular", 2, "preciso renovar o zairyu card, onde fica o nyukan?"},
           {"남편이 또 때렸어요 아이가 울어요", 2, "아이 보육원 신청은 어디서 하나요?"},
           {"他掐我脖子，我怕今晚回不去", 3, "请问儿童扶养手当在哪里申请？"},
           {"chồng em bóp cổ em trước mặt con", 3, "em muốn hỏi thủ tục nhập học cho con"},
           {"श्रीमानले मलाई पिटे, डर लाग्यो", 2, "बच्चाको स्कुलको फारम कहाँ बुझाउने?"}});
}

TEST_CASE("risk: a hand at the throat is told in every language")
{
    check({{"bị chồng bóp cổ em trước mặt con", 3, "em bóp còi xe thôi"},
           {"sinakal nya ako kagabi", 3, "san po pwede bumili ng scarf"},
           {"ele apertou meu pescoço ontem", 3, "meu pescoço dói, qual médico procuro?"},
           {"목 졸려서 기절할 뻔했어요", 3, "졸려서 죽겠어요 오늘은 이만 잘게요"},
           {"他勒住我脖子不放", 3, "脖子疼要看哪个科"},
           {"श्रीमानले घाँटी थिच्यो", 3, "बच्चाको घाँटी दुख्यो, कुन अस्पताल जाने?"},
           {"budha le ghati thichyo", 3, "ghati dukhyo, kun hospital jane"}});
}

TEST_CASE("risk: the words of a rule in everyday life do not make it speak")
{
    struct Row {
        const char* text;
        const char* rule;
    };
    const Row rows[] = {{"The power was cut again this morning", "en-cutting"},
                        {"They keep cutting my shifts at the factory", "en-cutting"},
                        {"He took the bottle finally, he is 3 months old", "en-taken"},
                        {"He told me not to burn my tongue lol", "en-violence-now"},
                        {"He took the bottle finally, he is 3 months old", "en-violence"},
                        {"my grandfather uses a cane, is there a ramp", "en-violence"},
                        {"would they deliver again if I was gone that day", "en-suicide"},
                        {"最近老说卡脖子技术，什么意思", "strangled"},
                        {"鱼刺卡喉咙了，看哪个科", "strangled"},
                        {"빚이 목을 조여 와요", "strangled"},
                        {"じゃあね、ホーム着いたから電車乗るね", "at-the-edge-now"},
                        {"ベランダに出たら靴ぬいだほうがいい", "at-the-edge-now"},
                        {"老人ホームに着いたら靴を脱いで上がります", "at-the-edge-now"},
                        {"いまホームの端、次のにします", "at-the-edge-now"},
                        {"焼肉屋さんで火の前で自分で焼くの楽しい", "cut-now"},
                        {"なわ届いたよ", "rope-arrived"},
                        {"習い事を続けられない日はないです", "beaten-every-day"},
                        {"can i leave the old school bags in a box in front of the ward office", "coffin-threat-latin"},
                        {"ly hôn làm ở văn phòng quận tại Nagoya được không ạ", "coffin-threat-latin"},
                        {"이혼 신고는 대사관에 하나요?", "coffin-threat"},
                        {"이혼 상담 기관에 전화했어요", "coffin-threat"},
                        {"离婚以后天天躺着刷手机", "coffin-threat"},
                        {"祖父が骨になって帰ってきました", "coffin-threat"},
                        {"I left the stroller on the other side of the railing", "outside-the-railing-latin"},
                        {"em đừng phơi ngoài lan can nhé", "outside-the-railing-latin"},
                        {"to do lado de fora da grade da creche, ninguém abre o portão", "outside-the-railing-latin"},
                        {"nasa labas ng railing yung bike ng anak ko", "outside-the-railing-latin"},
                        {"자전거가 울타리 밖에 있어요", "outside-the-railing"},
                        {"自行车停在车站栏杆外可以吗", "outside-the-railing"},
                        {"anh ấy đón con rồi đánh răng cho nó đi ngủ", "beaten-with-elsewhere-latin"},
                        {"ele ganhou um cinto novo mas ficou grande nele", "beaten-with-elsewhere-latin"},
                        {"he went to practice with the bat in his hand", "knife-in-his-hand-latin"},
                        {"남편이 침대에서 칼국수 먹고 있어요", "knife-by-his-bed"},
                        {"we shoot photos of the kids and myself on sunday", "en-suicide-plan"},
                        {"娘に撃たれました、水鉄砲で", "hitting-at-this-moment"},
                        {"デパスは20代から飲んでいて、今は落ち着いています", "overdose-taken"},
                        {"薬20時に飲んでくださいと言われました", "overdose-taken"},
                        {"anh ấy nhắc con đánh răng rồi đi ngủ", "vi-violence"},
                        {"남편이 만든 칼국수 맛있어요", "ko-violence"}};
    for (const auto& row : rows) {
        CAPTURE(std::string(row.text));
        const auto spans = tests::read(row.text).spans;
        CHECK(std::ranges::none_of(spans, [&](const auto& span) { return span.rule == row.rule; }));
    }
    CHECK(level_of("I want to kill the boss at the factory and then myself") >= 2);  // no game
}

TEST_CASE("risk: an accident on the line, a game, a will and other everyday news are no danger; the same words in earnest are")
{
    check({{"もう電車に飛び込みたい", 2, "電車の飛び込みで20分おくれます、面談の時間を変えられますか"},
           {"息子がナイフを振り回して暴れています", 4, "下の子が銃とかナイフのゲームばかりで、何歳からいいんでしょう"},
           {"遺書を書き終えました", 3, "遺書じゃなくて遺言の話です、公正証書っていくらですか"},
           {"首つりのロープを用意しました", 3, "祖父が首つりで亡くなったと戸籍に書いてあって、相続の手続きを知りたいです"},
           {"子どもと無理心中を考えています", 3, "無理心中という言葉を卒論で扱っています。資料はありますか"},
           {"夫にお腹を蹴られて血が出ています", 3, "お腹を蹴られる感じがして、元気な子みたいです。産後ケアはどこで申し込めますか"},
           {"跳楼算了，活着没意思", 2, "跳楼价！尿布打五折"},
           {"my baby wont wake up please help", 4, "my daughter wont wake up for school haha"},
           {"橋の下見をしてきた。柵は低かった", 3, "ベランダの手すりが低いね、子どもが登らないか心配です"},
           {"話し合いのたび、夫が包丁をテーブルに置きます", 3, "夕飯の支度で、包丁をまな板の横に置いたまま電話に出ました"},
           {"命を絶つことに決めました", 3, "弟に借りた本、命の大切さの話で泣けました"},
           {"電車に飛び込みたい気持ちが止まらない", 2, "電車が人身事故で止まって、お迎えが遅れそうです"},
           {"おまえころすけどいい？って夫に言われました", 2, "ころすけってキャラクターを知ってますか"},
           {"my baby wont wake up when I shake him", 4, "my son wont wake up for hoikuen, any advice"},
           {"キャンプ用のナイフを夫に向けられました", 3, "キャンプ用のナイフは持って行っていいですか"},
           {"もう人生退場したい", 2, "運動会の退場門の係になりました"},
           {"宝宝抽搐了，叫不醒", 4, "孩子早上叫不醒，上学总迟到"},
           {"아기가 경련해요 어떡해요", 4, "면접이라 떨려죽겠어요"},
           {"海に飛び込もうとしています", 4, "昔、海に飛び込もうとして漁師さんに止められました。あのとき止めてもらって本当によかったです"},
           {"子どもの分だけ更新してください。私は別に長生きしたくないし", 2, "祖母が長生きで、百歳のお祝いをします"}});
}

TEST_CASE("risk: what happens in a film is no danger in any language; what it brings her to is")
{
    check({{"昨天追剧看到女主跳楼，我也想跳楼", 2, "昨天追剧看到女主跳楼，气死我了什么烂结局"},
           {"드라마에서 주인공이 자살하는 장면 보고 나도 죽고 싶어요", 2, "드라마에서 주인공이 자살하는 장면 보고 펑펑 울었네요"},
           {"em xem phim co canh nhay lau, em cung muon nhay lau", 2, "hom qua xem phim han co canh ba me nhay lau em khoc qua troi luon haha"},
           {"after that movie scene I also want to hang myself", 2, "in the drama there is a scene where she hangs herself, so sad haha"},
           {"vi um filme com uma cena de suicidio e eu tambem quero me matar", 2, "a novela teve cena de suicidio ontem, que final ruim"},
           {"vou me matar hoje", 2, "vou me matar de trabalhar nessa cozinha rs"}});
}

TEST_CASE("risk: what is said quietly in other languages, and the same words of a night's sleep, a letter, a last spoonful")
{
    check({{"Some nights I hope I simply don't wake up", 2, "I hope my baby does not wake up while I'm in the zoom meeting"},
           {"sana di na lang ako magising bukas", 2, "sana hindi ako magising ng late bukas, may interview ako ng 9"},
           {"連死的胆子都没有", 2, "宝宝好不容易睡着了，千万别醒啊"},
           {"em viết thư để lại cho mẹ rồi, tiền chuyển hết về", 3, "em viet thu cho me o que, gui buu dien mat may ngay a"},
           {"fico soltando o volante um pouquinho na serra", 3, "soltei o volante na aula da autoescola e levei bronca haha"},
           {"保险满两年就赔，刚好下个月，这样最好", 3, "保险满两年了，下个月要续吗"},
           {"He locks my residence card in his desk and I must ask permission to go out", 2, "my husband keeps our passports in the safe, do I need to bring mine to city hall"},
           {"奶粉只剩两勺，工资要到十一号才发", 2, "米只剩一点了，附近哪家超市便宜"},
           {"naglalaslas na naman po ako gabi gabi", 2, "High school pa lang ako nun nung naglalaslas ako. 34 na ko ngayon, peklat na lang"}});
}

TEST_CASE("risk: in other languages, a weapon in his hand or by the bed, a coffin as a threat, the outside of a railing; and the same things at home")
{
    check({{"(他在看着，手里有刀，我不能打电话)", 4, "老公手里拿着刀在切西瓜，孩子们等着吃"},
           {"남편이 식칼 들고 문 앞에 서 있어요", 4, "아이 식칼은 어디서 사나요"},
           {"meu marido dorme com a faca de churrasco embaixo do travesseiro. quanto custa advogado", 3, "a faca de churrasco fica na gaveta de baixo da cozinha"},
           {"mày bước ra khỏi cửa là đi bằng quan tài", 3, "đám tang bên này đặt quan tài ở đâu ạ"},
           {"他说要离婚就横着出去", 3, "那条路横着走出去就是区役所"},
           {"出て行くなら棺桶に入ってからだ、と夫に言われました", 3, "祖父の棺桶に手紙を入れました。葬祭費の申請はどこですか"},
           {"to sentada do lado de fora da grade, que lindo o Fuji daqui", 4, "a bicicleta ficou do lado de fora da grade da escola"},
           {"前天我拿枕头捂了他几秒 自己都吓到了", 3, "枕头晒一下，下午收"},
           {"sitting on the other side of the railing. nice view", 4, "the nursery entrance is on the other side of the railing"},
           {"tuần nào ảnh cũng lấy dây nịt quất em", 3, "em mua dây nịt cho con đi học ở đâu rẻ"},
           {"ele disse que vai me matar", 3, "cortei o cabelo do menino e ele quer me matar kkkkk"},
           {"my baby wont wake up when I shake him", 4, "my son wont wake up for work experience day at school"}});
}

TEST_CASE("risk: pills without a unit, shoes taken off at the quay, a portrait chosen, her words called lies by another")
{
    check({{"先ほど手元のお薬をすべて服用いたしました。ご迷惑をおかけします", 4, "処方されたお薬はすべて服用いたしました。再診は必要でしょうか"},
           {"いや言うたら殴られて、そんまま。子どもの隣で", 3, "「いや」と言えるようになりました。保育園の隣の公園で遊んでいます"},
           {"睡眠薬60とストロング缶4本、いま飲み終わったとこw", 4, "睡眠薬60錠入りの箱っていくらですか"},
           {"船着き場で靴脱いで縁に座っちゅう", 4, "船着き場の売店で靴を脱いで座敷に上がりました"},
           {"お葬式の写真、盛れてるやつ選んどいたw", 3, "お葬式の写真、祖母が自分で選んでいました"},
           {"先ほどまでの話はすべて妻の作り話ですので忘れてください", 3, "先ほどまでの話は妻の仕事先のことでした"},
           {"家内がこちらに書き込んでいるようですが、どのような話を?", 3, "家内が相談した件で、どの書類を出せばいいですか"},
           {"はい。まだ殴ってます。今は息子のほうを", 4, "お腹の子がまだ蹴ってます、元気です"},
           {"姉ちゃん撃たれたかも", 4, "姉ちゃんと写真館に行ってきました"},
           {"人生のログアウトボタンどこ", 2, "アプリのログアウトボタンはどこですか"},
           {"娘に「死にたい」と言われたときの返し方がわかりません", 2, "授業で「死にたい」と言われたときの返し方のロールプレイをしました"}});
}

TEST_CASE("risk: parts, words, programs and work with what sounds like danger")
{
    check({{"夫に首を絞められた", 3, "グループワークの模擬相談で「夫に首を絞められた女性」役をやります。自然な話し方のコツはありますか"},
           {"「死にたい」と毎日思います", 2, "ボットは「死にたい」みたいな単語を検知して人に繋ぐんですか"},
           {"子どもと死ぬつもりです。もう道連れにするしか", 3, "親プロセス死んで子も道連れ（ログの話）。面談リスケ希望です"},
           {"今夜みんなで死のうと思います", 3, "ギルメンが「今夜みんなで死のうぜw」って高難度いくやつです"},
           {"屋上に立っています。落ちたら楽かな", 4, "屋上緑化の会社で、毎日ビルの屋上に立って苗を植えてます。落ちたらどうするのと母は心配します"},
           {"患者さんには優しくできるのに、私はもう死にたい", 2, "利用者さんがしょっちゅう「死にたいわあ」言うて笑うんやけど、今日は社会保険の相談です"},
           {"身辺整理は完了しました。妹に名義も変えました", 2, "終活の本で身辺整理のやり方を読みました"},
           {"夫は領収証を一枚でも欠くと食事を許可しません", 2, "保育園は食事の許可証がいりますか"}});
}

TEST_CASE("risk: a clause of danger is not calmed by the questions around it")
{
    CHECK(level_of("就学援助の紙は来週出します。別居中の夫が毎晩来て叩くので、鼓膜がやぶれました。届けに影響ありますか") >= 3);
    CHECK(level_of("就学援助の紙は来週出します。別居中の夫にも書いてもらう欄がありました。届けに影響ありますか") <= 1);
}
